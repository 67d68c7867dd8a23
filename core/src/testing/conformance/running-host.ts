import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HostEnd } from '../../host/host-end.ts'
import type { EventInput, InvokeOptions } from '../../runtime-api-server/event.ts'
import type { Outcome } from '../../runtime-api-server/outcome.ts'
import { RuntimeApiServer } from '../../runtime-api-server/runtime-api-server.ts'
import { Census, describe } from './census.ts'
import { ConformanceError } from './conformance-error.ts'
import { HostWatch } from './host-watch.ts'
import { keepSteps } from './lane-steps.ts'
import { eventually, goneMs, patienceMs, within } from './patience.ts'
import { builtInsOf, newMark, textOf, variablesFor } from './subject.ts'
import type { Subject } from './subject.ts'

/** A host that serves one handler of the plugin under test. */
export interface RunningHost {
  readonly api: RuntimeApiServer
  /** The function's log, record by record. */
  readonly records: readonly string[]
  /** The host's process. */
  readonly pid: number
  /** The processes that the host has started and that still run. */
  readonly census: Census
  /** Sends an event and waits for its one outcome; rejects when the host ends before. */
  invoke(event: EventInput, options?: InvokeOptions): Promise<Outcome>
  /** Waits until the host asks for the next events, so that none is running. */
  idle(): Promise<void>
}

export interface HostKind {
  readonly concurrency?: number
  /** Run it in a process of its own; needs the plugin's module. */
  readonly apart?: boolean
  /** The log's format: in JSON each line has the request id, whichever prefix its language uses in text. */
  readonly logFormat?: 'JSON'
}

/** Ends a host, and reports how it ended by itself. */
interface Served {
  readonly pid: number
  /** Resolves when the host has ended by itself, with the reason. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

/**
 * Runs a host during `work`. Afterwards none of its processes may be left, and each event must have exactly one answer.
 */
export async function withHost(
  subject: Subject,
  handler: string,
  work: (host: RunningHost) => Promise<void>,
  kind: HostKind = {},
): Promise<void> {
  const { concurrency = 1, apart = false, logFormat } = kind
  const { endsAt } = subject
  keepSteps()
  const mark = newMark()
  await using api = await RuntimeApiServer.start({ concurrency })
  const variables = {
    ...variablesFor(subject, { runtimeApi: api.address, handler, concurrency, mark }),
    ...(logFormat && { AWS_LAMBDA_LOG_FORMAT: logFormat }),
  }
  const records: string[] = []
  const before = new Census(process.pid, textOf(mark))
  const served = apart ? serveApart(subject, variables, records) : await serveHere(subject, variables, records)
  const census = apart ? new Census(served.pid, textOf(mark)) : before
  /** Only the last outcomes, because their bodies take memory. */
  const outcomes: Outcome[] = []
  const watch = new HostWatch(served.ended, (reason) => endError(reason, api, records))
  const host: RunningHost = {
    api,
    records,
    pid: served.pid,
    census,
    async invoke(event, options = {}) {
      const waiting = { what: 'the answer of an event', endsAt, records }
      const answered = within(api.invoke(event, options), (options.timeout ?? 0) + patienceMs, waiting)
      const outcome = await watch.unlessEnded(answered)
      if (outcome.kind === 'initError') throw new ConformanceError(`the host could not start: ${outcome.text()}`)
      if (outcomes.push(outcome) > 20) expectOnePost(outcomes.shift())
      return outcome
    },
    idle: () =>
      watch.unlessEnded(within(api.idle(), patienceMs, { what: 'the request for the next event', endsAt, records })),
  }
  try {
    await work(host)
    for (const outcome of outcomes) expectOnePost(outcome)
    if (api.strayAnswers > 0)
      throw new ConformanceError(
        `${api.strayAnswers} answers were posted for events that were answered before or never given`,
      )
    await served.close()
    await eventually(() => {
      const left = before.living()
      return left.length > 0 ? `left behind after the host was closed: ${describe(left)}` : undefined
    }, goneMs)
  } finally {
    // A second call does no harm; if the work has failed, its error is reported instead.
    await served.close().catch(() => {})
    before.killAll()
  }
}

function expectOnePost(outcome: Outcome | undefined): void {
  if (outcome && outcome.posts !== 1)
    throw new ConformanceError(`${outcome.posts} answers were posted for the event ${outcome.id}`)
}

function endError(reason: string, api: RuntimeApiServer, records: readonly string[]): ConformanceError {
  const init = api.initError ? `; posted to /init/error: ${api.initError.body.toString()}` : ''
  const log = records.length > 0 ? `; the end of the log:\n${records.slice(-10).join('')}` : ''
  return new ConformanceError(`the host ended by itself: ${reason}${init}${log}`)
}

async function serveHere(
  subject: Subject,
  variables: Readonly<Record<string, string>>,
  records: string[],
): Promise<Served> {
  const [{ Host }, { readEnv }] = await Promise.all([import('../../host/host.ts'), import('../../env/env.ts')])
  const { configFile } = subject
  const waiting = { what: 'the end of the host', endsAt: subject.endsAt, records }
  const host = new Host({
    env: readEnv(variables),
    builtIns: await builtInsOf(subject),
    ...(configFile !== undefined && { configFile }),
    logTo: (record) => records.push(record),
  })
  const end = host.run()
  return {
    pid: process.pid,
    ended: end.then(wordsFor),
    async close() {
      await within(host.close(), patienceMs, waiting)
      await within(end, patienceMs, waiting)
    },
  }
}

function wordsFor(end: HostEnd): string {
  if (end.reason === 'failed') return end.message
  if (end.reason === 'closed') return 'it was closed'
  return 'a thread is stuck in native code, which only the end of the process ends; give the option `module`, then this case runs in a process of its own'
}

function serveApart(subject: Subject, variables: Readonly<Record<string, string>>, records: string[]): Served {
  const entry = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? './host-process.ts' : './host-process.js', import.meta.url),
  )
  // The options by which Node finds the plugin's module; options that would debug or test the child are left out.
  const nodeOptions = process.execArgv.filter((option) => !/^--(inspect|test)/.test(option))
  const { module, options, language, configFile } = subject
  const about = JSON.stringify({ module, options, language, configFile })
  const child = spawn(process.execPath, [...nodeOptions, entry, about], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'close')
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => records.push(text))
  return { pid: child.pid ?? 0, ended: exitOf(child), close: () => end(child, gone, subject.endsAt) }
}

async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    return `its process ended with ${signal ?? `code ${code}`}`
  } catch (error) {
    return `its process could not be started: ${(error as Error).message}`
  }
}

async function end(child: ChildProcess, gone: Promise<unknown>, endsAt: number): Promise<void> {
  child.kill('SIGTERM')
  try {
    await within(gone, goneMs, { what: 'the end of the host after SIGTERM', endsAt })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
