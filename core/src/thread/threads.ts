import { extname } from 'node:path'
import { Tinypool } from 'tinypool'

/** A thread that nobody has asked for by then is ended. Milliseconds. */
const unusedMs = 5_000

let ahead: Tinypool | undefined

/**
 * Opens a pool of tinypool's threads; only this file knows tinypool. A pool of one thread gets the one that was started
 * ahead.
 */
export function openThreads(most: number): Tinypool {
  const started = most === 1 ? ahead : undefined
  if (!started) return open(most)
  ahead = undefined
  return started
}

/**
 * Starts a thread that {@link openThreads} will ask for. Node needs 30 ms for a thread, so it starts before the host's
 * own code is loaded.
 */
export function startThreadAhead(): void {
  const threads = open(1, 1)
  // From now on tinypool starts a thread only for a task.
  threads.options.minThreads = 0
  // A thread that fails without a task is not missed: the first task gets another one.
  threads.on('error', () => {})
  ahead = threads
  setTimeout(() => {
    if (ahead !== threads) return
    ahead = undefined
    void threads.destroy()
  }, unusedMs).unref()
}

function open(most: number, atOnce = 0): Tinypool {
  return new Tinypool({
    // Uses this file's own extension: .ts in the sources, .js in the package, .cjs in a bundle.
    filename: new URL(`thread-worker${extname(import.meta.url)}`, import.meta.url).href,
    minThreads: atOnce,
    maxThreads: most,
    concurrentTasksPerWorker: 1,
    // The default would block the worker's event loop between tasks.
    useAtomics: false,
  })
}
