import type { Reply } from '../lane/lane.ts'
import { LanePool } from '../lane/pool.ts'
import { settledWithin } from '../waiting.ts'
import { ThreadStarter } from './start-thread.ts'
import type { ThreadPoolOptions, ThreadRunOptions } from './thread-contract.ts'
import { startMs, ThreadLane } from './thread-lane.ts'

/** Warm threads that run a module's tasks, each one at a time. */
export class ThreadPool<Task, Value> {
  readonly #starter: ThreadStarter
  readonly #lanes: LanePool<Task, Value>
  readonly #starts = new Set<Promise<unknown>>()

  constructor({ module, options, size }: ThreadPoolOptions) {
    this.#starter = new ThreadStarter(size)
    // If other tasks run, the main thread must not sleep on this one.
    const mayBlock = size === 1
    const start = { module: module.href, options }
    this.#lanes = new LanePool(() => this.#noted(ThreadLane.open<Task, Value>(this.#starter, start, mayBlock)), size)
  }

  /** Starts all threads; rejects with a `HandlerError` made by the module's `failure` if its factory throws. */
  start(): Promise<void> {
    return this.#lanes.start()
  }

  /**
   * As {@link LanePool.run}; `onMessage` gets the messages that the task posts. A single thread's reply needs no
   * promise if it comes within two milliseconds.
   */
  run(task: Task, options: ThreadRunOptions): Reply<Value> | Promise<Reply<Value>> {
    return this.#lanes.run(task, options)
  }

  async close(): Promise<void> {
    await this.#lanes.close()
    await settledWithin(Promise.allSettled(this.#starts), startMs)
    await this.#starter.close()
  }

  #noted<Opened>(start: Promise<Opened>): Promise<Opened> {
    this.#starts.add(start)
    const forget = (): void => void this.#starts.delete(start)
    start.then(forget, forget)
    return start
  }
}
