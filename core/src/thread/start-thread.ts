import { extname } from 'node:path'
import { Tinypool } from 'tinypool'
import { messageOf } from '../errors.ts'
import type { ThreadStart } from './thread-contract.ts'

/** A thread that was started. */
export interface StartedThread {
  /** Tells the thread to stop. Native code that runs in it is not interrupted. */
  stop(): void
}

/**
 * Starts threads: the only file that knows tinypool.
 *
 * tinypool starts, replaces and ends the threads. The hop of an event is not tinypool's, which takes 75–147 µs: a lane is
 * one long task of a thread, and both sides sleep on counters in shared memory (13–18 µs).
 */
export class ThreadStarter {
  readonly #threads: Tinypool

  /** @param most how many threads can run at once */
  constructor(most: number) {
    this.#threads = new Tinypool({
      // With this file's own extension: .ts among the sources, .js in the package, .cjs in a bundle.
      filename: new URL(`thread-worker${extname(import.meta.url)}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: most,
      concurrentTasksPerWorker: 1,
      // The default would block the worker's event loop between tasks.
      useAtomics: false,
    })
  }

  /**
   * Starts one. That it has ended is seen at its port, which closes when the thread is really gone: tinypool's own promise
   * settles at once when the thread is told to stop, and never after `process.exit()` in it.
   * @param onFailure hears of a thread that could not start, or whose module threw
   */
  start(start: ThreadStart, onFailure: (message: string) => void): StartedThread {
    const controller = new AbortController()
    const { signal } = controller
    this.#threads.run(start, { transferList: [start.port], signal }).catch((error: unknown) => {
      if (!signal.aborted) onFailure(messageOf(error))
    })
    return { stop: () => controller.abort() }
  }

  /** Ends what still runs, as far as it can be ended. */
  async close(): Promise<void> {
    await this.#threads.destroy()
  }
}
