import type { DevFunction } from '../functions/dev-function.ts'
import { finish, tryOnce } from '../functions/serving.ts'
import type { Job } from '../instances/job.ts'
import type { Invocation } from '../records/invocation.ts'

/**
 * Lambda waits one minute before the first retry of an asynchronous invocation, and two before the second; that is too
 * long locally. Milliseconds.
 */
const retryDelays: readonly number[] = [1_000, 2_000]

/** Asynchronous events: each is tried up to three times, and the last failure stays in the record. */
export class EventQueue {
  readonly #delays: readonly number[]
  readonly #pauses = new Set<NodeJS.Timeout>()
  #closed = false

  constructor(delays = retryDelays) {
    this.#delays = delays
  }

  async run(invocation: Invocation, one: DevFunction, job: Omit<Job, 'id' | 'event'>): Promise<void> {
    for (const delay of [...this.#delays, undefined]) {
      const { served, rest } = await tryOnce(invocation, one, job)
      if (!served.failed || delay === undefined) return finish(invocation, rest, !served.failed)
      await rest
      if (this.#closed) return
      invocation.change({ status: 'retrying' })
      await this.#pause(delay)
    }
  }

  /** No further retry. */
  close(): void {
    this.#closed = true
    for (const pause of this.#pauses) clearTimeout(pause)
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const pause = setTimeout(() => {
        this.#pauses.delete(pause)
        resolve()
      }, ms)
      this.#pauses.add(pause)
    })
  }
}
