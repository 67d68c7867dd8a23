import { resolve } from 'node:path'
import { Host, leave, readEnv, writeFully } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { builtIns } from '../built-ins.ts'
import { UsageError } from '../usage-error.ts'
import type { Parsed } from '../command-line/command.ts'
import type { invoke as table } from '../flags/invoke.ts'
import { environmentSettings } from '../invoke/environment-flags.ts'
import { readEvent, recordedEvent } from '../invoke/event-source.ts'
import { describeFailure } from '../invoke/failure.ts'
import { localEnvironment } from '../local-environment.ts'
import { openRoot } from '../root.ts'

/** The host asks for as many events at once as the configuration says; one is given. */
const mostPollers = 1_000

export async function invoke({ values, operands: [named] }: Parsed<typeof table>): Promise<number> {
  const { replay, timeout } = values
  const record = replay === undefined ? undefined : (await import('../records/record.ts')).readRecord(replay)
  const handler = named ?? record?.handler
  if (handler === undefined) throw new UsageError('invoke needs HANDLER (see anyhandler invoke --help)')
  const root = openRoot(values.root)
  const event = record ? recordedEvent(record) : readEvent(values)
  const settings = { root, caller: process.env, ...environmentSettings(values) }
  const { variables, notice, ...ofEvent } = localEnvironment(settings)
  const isJson = values.json === true
  const isRequest = values.http !== undefined || record?.request !== undefined
  const isHttp = isRequest && values.raw !== true && !isJson
  const configFile = values.config
  const log: string[] = []
  const started = Date.now()
  const api = await RuntimeApiServer.start({ concurrency: mostPollers })
  const host = new Host({
    env: readEnv({ ...variables, AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: handler, LAMBDA_TASK_ROOT: root }),
    builtIns,
    ...(configFile !== undefined && { configFile: resolve(configFile) }),
    logTo: isJson ? (record) => void log.push(record) : 2,
    local: true,
    setupMs: timeout * 1000,
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void host.close().then(() => leave(signal === 'SIGINT' ? 130 : 143)))
  }
  if (notice) process.stderr.write(`anyhandler: ${notice}\n`)
  const running = host.run()
  // It has answered by then; if it could not, the event ends here as it would on Lambda.
  void running.then(() => api.runtimeExited('exit status 1'))
  const outcome = await api.invoke(event, { timeout: timeout * 1000, ...ofEvent })
  const code = isJson
    ? Number(outcome.failed)
    : isHttp
      ? (await import('../invoke/client-view.ts')).showClientView(outcome, event)
      : await report(outcome, event)
  if (isHttp && outcome.failed) tell(outcome)
  // The host still has to read the Runtime API's response to its answer.
  await Promise.race([api.idle(1), running])
  await host.close()
  const end = await running
  await api.close()
  if (isJson) writeFully(1, Buffer.from((await import('../invoke/outcome-json.ts')).outcomeJson(outcome, log, started)))
  return leave(code, end.reason === 'stuck')
}

async function report(outcome: Outcome, event: Uint8Array): Promise<number> {
  writeFully(1, outcome.body)
  if (!outcome.failed)
    return mayListFailures(outcome.body) ? (await import('../invoke/batch-view.ts')).showBatchView(outcome, event) : 0
  // The response is the error itself, so its message is not repeated; of a stream that broke, it is the first part.
  if (outcome.streamError) tell(outcome)
  else process.stderr.write(`anyhandler: the function failed: ${describeFailure(outcome).errorType}\n`)
  return 1
}

/** A cheap look that spares other answers the rest. */
function mayListFailures(body: Uint8Array): boolean {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('"batchItemFailures"')
}

function tell(outcome: Outcome): void {
  const { errorMessage, errorType } = describeFailure(outcome)
  process.stderr.write(`anyhandler: the function failed: ${errorType}: ${errorMessage}\n`)
}
