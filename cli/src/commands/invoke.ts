import { resolve } from 'node:path'
import { Host, leave, readEnv, writeFully } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { builtIns } from '../built-ins.ts'
import { textOf, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { environmentOptions, environmentSettings } from '../invoke/environment-flags.ts'
import { eventOptions, readEvent, recordedEvent } from '../invoke/event-source.ts'
import { describeFailure } from '../invoke/failure.ts'
import { localEnvironment } from '../local-environment.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler invoke HANDLER [EVENT FLAGS] [--root DIR] [--config FILE] [--timeout SECONDS] [--json]
                         [--memory MIB] [--env NAME=VALUE]... [--env-file FILE] [--no-aws-env]

Runs a handler once, on the host that serves it on Lambda, against a Runtime API in this process: no AWS, no Docker.

  HANDLER           what _HANDLER would say: hello (hello.sh, hello.sql, hello.py), app.handler (a function in a file),
                    reports/monthly.sql, sql:hello
  --root DIR        the handlers' folder; the working directory when absent
  --config FILE     a configuration file in place of the one in that folder
  --timeout SECONDS for loading the handler, and again for the event; 30 when absent
  --json            {"outcome","failed","errorType","contentType","streamed","body","log","durationMs"} in place of the
                    response and the log; "bodyBase64" for a body that is no text
  --memory MIB      what the function is told of its memory; 128 when absent. Nothing is limited
  --env NAME=VALUE  a variable for the function; may be given several times
  --env-file FILE   variables from a file, NAME=VALUE a line
  --no-aws-env      leaves out what Lambda sets: the function's name, version, memory, log group, region and so on

The event, one of:
  --event JSON      else what is piped to standard input, else {}
  --event-file FILE byte by byte
  --example NAME    a sample event (anyhandler event lists them)
  --replay FILE     the event of a record (anyhandler dev --record); HANDLER may be left out
  --http REQUEST    'POST /links?x=1': what a front door makes of a request. Prints what the client sees, as curl -i does
    --header HEADER   'Content-Type: text/plain'; may be given several times
    --data DATA       the body: text, @FILE, or @- for standard input
    --as KIND         the front door: rest, http (when absent), http-1.0, url, alb, alb-multi, lattice, lattice-1
    --raw             prints the function's own bytes in place of the client's view
  --set PATH=VALUE  changes an example or a request: --set pathParameters.slug=way; may be given several times

The response goes to standard output as it is, the log to standard error.
Exit code: 0; 1 when the function failed (its error JSON is on standard output), or the client sees the front door's own
error; 2 for wrong usage.
`

const defaultTimeout = 30
/** The host asks for as many events at once as the configuration says; one is given. */
const mostPollers = 1_000
/** Lambda's own limit. */
const longestTimeout = 900

export const invoke: Command = {
  name: 'invoke',
  summary: 'runs a handler once, here',
  help,
  options: {
    ...eventOptions,
    replay: { type: 'string' },
    raw: { type: 'boolean' },
    root: { type: 'string' },
    config: { type: 'string' },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
    ...environmentOptions,
  },
  operands: ['[HANDLER]'],
  async run(values, [named]) {
    const replay = textOf(values, 'replay')
    const record = replay === undefined ? undefined : (await import('../records/record.ts')).readRecord(replay)
    const handler = named ?? record?.handler
    if (handler === undefined) throw new UsageError('invoke needs HANDLER (see anyhandler invoke --help)')
    const root = openRoot(textOf(values, 'root'))
    const timeout = readTimeout(textOf(values, 'timeout'))
    const event = record ? recordedEvent(record, values) : readEvent(values)
    const settings = { root, caller: process.env, ...environmentSettings(values) }
    const { variables, notice, ...ofEvent } = localEnvironment(settings)
    const isJson = values['json'] === true
    const isRequest = textOf(values, 'http') !== undefined || record?.request !== undefined
    const isHttp = isRequest && values['raw'] !== true && !isJson
    const configFile = textOf(values, 'config')
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
    // The host still reads what the Runtime API said to its answer.
    await Promise.race([api.idle(1), running])
    await host.close()
    const end = await running
    await api.close()
    if (isJson)
      writeFully(1, Buffer.from((await import('../invoke/outcome-json.ts')).outcomeJson(outcome, log, started)))
    return leave(code, end.reason === 'stuck')
  },
}

async function report(outcome: Outcome, event: Uint8Array): Promise<number> {
  writeFully(1, outcome.body)
  if (!outcome.failed)
    return mayListFailures(outcome.body) ? (await import('../invoke/batch-view.ts')).showBatchView(outcome, event) : 0
  tell(outcome)
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

function readTimeout(text: string | undefined): number {
  const seconds = Number(text ?? defaultTimeout)
  if (seconds > 0 && seconds <= longestTimeout) return seconds
  throw new UsageError(`--timeout ${text} is not a number of seconds above 0 and up to ${longestTimeout}`)
}
