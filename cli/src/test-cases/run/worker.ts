import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Job, JobResult, ToWorker, WorkerSettings } from './job.ts'

/** A worker process ends by itself within this time, or is killed. Milliseconds. */
const endMs = 5_000
/** Time for a worker that must end in the middle of a case. Milliseconds. */
const stopMs = 1_000
/** Additional time of a host besides its handlers' time. Milliseconds. */
const reserveMs = 15_000

/** Runs cases in a process whose environment is the function's: a script as configuration file reads it too. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<unknown>
  #isKilled = false

  constructor(settings: WorkerSettings) {
    const entry = fileURLToPath(
      new URL(import.meta.url.endsWith('.ts') ? './worker-process.ts' : './worker-process.js', import.meta.url),
    )
    // The conditions under which packages are found; not what would debug or test the child.
    const execArgv = process.execArgv.filter((option) => !/^--(?:inspect|test|import|require)/.test(option))
    this.#child = fork(entry, {
      env: settings.variables,
      execArgv,
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#gone = once(this.#child, 'exit')
    this.#gone.catch(() => {})
    this.#send({ kind: 'open', settings })
  }

  /** No further case can run on it. */
  get isGone(): boolean {
    return this.#isKilled || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Runs a case; if there is no outcome, the process can't be used any more. */
  async run(job: Job): Promise<JobResult> {
    const late = AbortSignal.timeout(Math.ceil(job.timeoutMs * (job.steps.length + 1)) + reserveMs)
    this.#send({ kind: 'job', job })
    const lateness = once(late, 'abort').then(() => 'the host gave no answer, and was killed')
    const death = this.#gone.then(() => 'the process of the host ended')
    const answer = once(this.#child, 'message').then(([message]) => message as JobResult)
    const result = await Promise.race([answer, death, lateness])
    if (typeof result !== 'string') {
      if (result.stuck) this.kill()
      return result
    }
    this.kill()
    return { steps: [], fault: result, stuck: true }
  }

  async end(): Promise<void> {
    if (this.isGone) return void (await this.#gone.catch(() => {}))
    this.#send({ kind: 'end' })
    const timer = setTimeout(() => this.kill(), endMs)
    await this.#gone.catch(() => {})
    clearTimeout(timer)
  }

  /** Tells it to end its work and itself, and kills it if it doesn't. */
  stop(): void {
    this.#isKilled = true
    if (this.#child.connected) this.#child.disconnect()
    setTimeout(() => this.kill(), stopMs).unref()
  }

  kill(): void {
    this.#isKilled = true
    this.#child.kill('SIGKILL')
  }

  #send(message: ToWorker): void {
    // A process that has ended is found by its exit.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
