import { fstatSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Host, leave, readEnv, writeFully } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { builtIns } from '../built-ins.ts'
import { textOf, UsageError } from '../command.ts'
import type { Command, Values } from '../command.ts'
import { outcomeJson } from './outcome-json.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler invoke HANDLER [--event JSON | --event-file FILE] [--root DIR] [--config FILE] [--timeout SECONDS]
                                [--json]

Runs a handler once, on the host that serves it on Lambda, against a Runtime API in this process: no AWS, no Docker.

  HANDLER           what _HANDLER would say: hello (hello.sh, hello.sql, hello.py), app.handler (a function in a file),
                    reports/monthly.sql, sql:hello
  --event JSON      the event; else what is piped to standard input, else {}
  --event-file FILE the event from a file, byte by byte
  --root DIR        the handlers' folder; the working directory when absent
  --config FILE     a configuration file in place of the one in that folder
  --timeout SECONDS for loading the handler, and again for the event; 30 when absent
  --json            {"outcome","failed","errorType","contentType","streamed","body","log","durationMs"} in place of the
                    response and the log; "bodyBase64" for a body that is no text

The response goes to standard output as it is, the log to standard error.
Exit code: 0; 1 when the function failed (its error JSON is on standard output); 2 for wrong usage.
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
    event: { type: 'string' },
    'event-file': { type: 'string' },
    root: { type: 'string' },
    config: { type: 'string' },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
  },
  operands: ['HANDLER'],
  async run(values, [handler = '']) {
    const root = openRoot(textOf(values, 'root'))
    const timeout = readTimeout(textOf(values, 'timeout'))
    const event = readEvent(values)
    const configFile = textOf(values, 'config')
    const isJson = values['json'] === true
    const log: string[] = []
    const started = Date.now()
    const api = await RuntimeApiServer.start({ concurrency: mostPollers })
    const host = new Host({
      env: readEnv({ ...process.env, AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: handler, LAMBDA_TASK_ROOT: root }),
      builtIns,
      ...(configFile !== undefined && { configFile: resolve(configFile) }),
      logTo: isJson ? (record) => void log.push(record) : 2,
      atDesk: true,
      setupMs: timeout * 1000,
    })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void host.close().then(() => leave(signal === 'SIGINT' ? 130 : 143)))
    }
    const running = host.run()
    // It has answered by then; if it could not, the event ends here as it would on Lambda.
    void running.then(() => api.runtimeExited('exit status 1'))
    const outcome = await api.invoke(event, { timeout: timeout * 1000 })
    const code = isJson ? Number(outcome.failed) : report(outcome)
    // The host still reads what the Runtime API said to its answer.
    await Promise.race([api.idle(1), running])
    await host.close()
    const end = await running
    await api.close()
    if (isJson) writeFully(1, Buffer.from(outcomeJson(outcome, log, started)))
    return leave(code, end.reason === 'stuck')
  },
}

function report(outcome: Outcome): number {
  writeFully(1, outcome.body)
  if (!outcome.failed) return 0
  const { errorMessage, errorType } = describe(outcome)
  process.stderr.write(`anyhandler: the function failed: ${errorType}: ${errorMessage}\n`)
  return 1
}

function describe(outcome: Outcome): { readonly errorType: string; readonly errorMessage: string } {
  try {
    const body = JSON.parse((outcome.streamError?.body ?? outcome.body).toString()) as {
      errorMessage?: unknown
      errorType?: unknown
    }
    return { errorType: String(body.errorType ?? outcome.errorType), errorMessage: String(body.errorMessage ?? '') }
  } catch {
    return { errorType: outcome.errorType ?? 'Runtime.Unknown', errorMessage: outcome.text() }
  }
}

function readTimeout(text: string | undefined): number {
  const seconds = Number(text ?? defaultTimeout)
  if (seconds > 0 && seconds <= longestTimeout) return seconds
  throw new UsageError(`--timeout ${text} is not a number of seconds above 0 and up to ${longestTimeout}`)
}

function readEvent(values: Values): Uint8Array {
  const text = textOf(values, 'event')
  const file = textOf(values, 'event-file')
  if (text !== undefined && file !== undefined)
    throw new UsageError('--event and --event-file are given both; one event is enough')
  if (text !== undefined) return checked(text)
  if (file !== undefined) {
    try {
      return readFileSync(file)
    } catch (error) {
      throw new UsageError(`--event-file ${file} cannot be read: ${(error as Error).message}`)
    }
  }
  const piped = readPiped()
  return piped.length > 0 ? piped : Buffer.from('{}')
}

/** What stands on a command line is typed by hand: a slip is better said here than by the handler. */
function checked(text: string): Uint8Array {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `--event is not JSON: ${(error as Error).message}; other bytes go through --event-file or standard input`,
    )
  }
  return Buffer.from(text)
}

/** What is piped or redirected to standard input; nothing from a terminal or /dev/null. */
function readPiped(): Buffer {
  try {
    return fstatSync(0).isCharacterDevice() ? Buffer.alloc(0) : readFileSync(0)
  } catch {
    // Standard input is closed.
    return Buffer.alloc(0)
  }
}
