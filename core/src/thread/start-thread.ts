import { EventAlarm } from '../alarm.ts'
import { messageOf } from '../errors.ts'
import { openThreads } from './threads.ts'
import type { ThreadStart } from './thread-contract.ts'

/** A started thread. */
export interface StartedThread {
  /** Tells the thread to stop. Native code that runs in it is not interrupted. */
  stop(): void
}

/**
 * Starts threads.
 *
 * tinypool starts, replaces and ends the threads. Events do not go through tinypool, which takes 75–147 µs for each: a
 * lane is one long task of a thread, and both sides sleep on counters in shared memory (13–18 µs).
 */
export class ThreadStarter {
  readonly #threads: ReturnType<typeof openThreads>

  /** @param most the number of threads that can run at the same time */
  constructor(most: number) {
    this.#threads = openThreads(most)
  }

  /**
   * Starts a thread. Its port closes when the thread has really ended; tinypool's own promise resolves when the thread
   * is told to stop, and never after a `process.exit()` in it.
   * @param onFailure is called if the thread could not start, or its module threw
   */
  start(start: ThreadStart, onFailure: (message: string) => void): StartedThread {
    const signal = new EventAlarm()
    this.#threads.run(start, { transferList: [start.port], signal }).catch((error: unknown) => {
      if (!signal.aborted) onFailure(messageOf(error))
    })
    return { stop: () => signal.abort(undefined) }
  }

  /** Ends all running threads, except those inside native code. */
  async close(): Promise<void> {
    await this.#threads.destroy()
  }
}
