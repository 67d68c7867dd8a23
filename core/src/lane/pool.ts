import { settledWithin, settleOrAbort } from '../waiting.ts'
import { LaneBrokenError, LaneStuckError } from './lane.ts'
import type { Lane, Reply, RunOptions } from './lane.ts'

/** Opens a lane. Once the signal fires, nobody wants it any more: what was begun is ended, and the promise rejects. */
export type OpenLane<Task, Value> = (signal: AbortSignal) => Promise<Lane<Task, Value>>

export interface LanePoolOptions {
  /** Hears why a worker ended that was running no task. It is replaced. */
  readonly onLost?: (reason: Error) => void
}

/** How long a task waits for a lane that has answered but is not at rest, before the lane is replaced. Milliseconds. */
const restMs = 500

/** Keeps `size` lanes warm, hands each task to one that is at rest and replaces those that broke. */
export class LanePool<Task, Value> {
  readonly #open: OpenLane<Task, Value>
  readonly #size: number
  readonly #onLost: ((reason: Error) => void) | undefined
  /** All that are open, those included that are being ended. */
  readonly #lanes = new Set<Lane<Task, Value>>()
  readonly #idle: Lane<Task, Value>[] = []
  /** Answered, not yet at rest. */
  readonly #resting = new Map<Lane<Task, Value>, Promise<void>>()
  readonly #retiring = new Map<Lane<Task, Value>, Promise<boolean>>()
  readonly #running = new WeakSet<Lane<Task, Value>>()
  readonly #used = new WeakSet<Lane<Task, Value>>()
  /** Somebody knows that they end: a task was told, or the pool ends them. */
  readonly #told = new WeakSet<Lane<Task, Value>>()
  readonly #waiting = new Set<PromiseWithResolvers<Lane<Task, Value>>>()
  readonly #closing = new AbortController()
  #opening = 0

  constructor(open: OpenLane<Task, Value>, size: number, { onLost }: LanePoolOptions = {}) {
    this.#open = open
    this.#size = size
    this.#onLost = onLost
  }

  /** Opens all lanes; rejects with the first failure. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#size }, () => this.#grow()))
  }

  /**
   * Runs the task on a free lane, or waits for one.
   *
   * When `signal` fires the lane is killed and replaced, and the call rejects with the signal's reason; if the lane can't be
   * killed it rejects with {@link LaneStuckError}. When the lane broke it is replaced and the call rejects with what it said.
   */
  async run(task: Task, options: RunOptions): Promise<Reply<Value>> {
    for (;;) {
      options.signal.throwIfAborted()
      if (this.#closing.signal.aborted) throw closedError()
      const lane = this.#takeIdle() ?? (await this.#wait(options.signal))
      if (options.signal.aborted) {
        this.#release(lane)
        throw options.signal.reason
      }
      try {
        return await this.#drive(lane, task, options)
      } catch (error) {
        // It had broken unnoticed: the task is as new.
        if (!(error instanceof LaneBrokenError && error.untouched)) throw error
      }
    }
  }

  /** Ends all lanes; running tasks are killed. */
  async close(): Promise<void> {
    this.#closing.abort(closedError())
    this.#rejectWaiting(closedError())
    const idle = new Set(this.#idle.splice(0))
    await Promise.all([...this.#lanes].map((lane) => (idle.has(lane) ? lane.close() : this.#retire(lane))))
    this.#lanes.clear()
  }

  #drive(lane: Lane<Task, Value>, task: Task, options: RunOptions): Promise<Reply<Value>> {
    const { signal } = options
    // The worker begins while the rest is made ready.
    const running = lane.run(task, options)
    this.#used.add(lane)
    this.#running.add(lane)
    // Before the caller goes on, the lane is put back.
    running.then(
      ({ atRest }) => {
        this.#running.delete(lane)
        if (!lane.alive) this.#hearEnd(lane)
        this.#putBack(lane, atRest)
      },
      () => {
        this.#running.delete(lane)
        if (!lane.alive) this.#told.add(lane)
        this.#putBack(lane, undefined)
      },
    )
    return settleOrAbort(running, signal, async () => {
      throw (await this.#retire(lane)) ? signal.reason : new LaneStuckError(signal.reason)
    })
  }

  /** Its task has settled. */
  #putBack(lane: Lane<Task, Value>, atRest: Promise<void> | undefined): void {
    if (!lane.alive) void this.#retire(lane)
    if (!this.#lanes.has(lane) || this.#retiring.has(lane)) return
    if (!atRest) return this.#release(lane)
    this.#resting.set(lane, atRest)
    void atRest.then(() => {
      if (this.#resting.delete(lane)) this.#release(lane)
    })
    if (this.#waiting.size > 0) this.#hurry(lane, atRest)
  }

  #takeIdle(): Lane<Task, Value> | undefined {
    for (let lane = this.#idle.pop(); lane; lane = this.#idle.pop()) {
      if (lane.alive) return lane
      void this.#retire(lane)
    }
    return undefined
  }

  async #wait(signal: AbortSignal): Promise<Lane<Task, Value>> {
    const waiter = Promise.withResolvers<Lane<Task, Value>>()
    this.#waiting.add(waiter)
    for (const [lane, atRest] of this.#resting) this.#hurry(lane, atRest)
    this.#growQuietly()
    return settleOrAbort(waiter.promise, signal, () => {
      // A lane was handed over in this moment: `run` puts it back.
      if (!this.#waiting.delete(waiter)) return waiter.promise
      throw signal.reason
    })
  }

  /** A task waits: a lane that doesn't come to rest is replaced. */
  #hurry(lane: Lane<Task, Value>, atRest: Promise<void>): void {
    void settledWithin(atRest, restMs).then((rested) => {
      if (rested || this.#resting.get(lane) !== atRest) return
      this.#onLost?.(new LaneBrokenError(`the worker was not at rest ${restMs} ms after a task that waits for it came`))
      void this.#retire(lane)
    })
  }

  #release(lane: Lane<Task, Value>): void {
    if (!lane.alive) {
      void this.#retire(lane)
      return
    }
    const [waiter] = this.#waiting
    if (!waiter) {
      this.#idle.push(lane)
      return
    }
    this.#waiting.delete(waiter)
    waiter.resolve(lane)
  }

  /**
   * The one way out of the pool: kills the worker, or what is left of it, forgets it and opens another. One that can't be
   * stopped is not replaced: the process will be.
   * @returns whether it is gone
   */
  #retire(lane: Lane<Task, Value>): Promise<boolean> {
    const under = this.#retiring.get(lane)
    if (under) return under
    if (!this.#lanes.has(lane)) return Promise.resolve(true)
    const atIdle = this.#idle.indexOf(lane)
    if (atIdle >= 0) this.#idle.splice(atIdle, 1)
    this.#resting.delete(lane)
    if (lane.alive) this.#told.add(lane)
    const retired = lane.kill().then((gone) => {
      this.#lanes.delete(lane)
      this.#retiring.delete(lane)
      // One that ends without having run anything would end again: the next task asks for another.
      if (gone && (this.#used.has(lane) || this.#waiting.size > 0)) this.#growQuietly()
      return gone
    })
    this.#retiring.set(lane, retired)
    return retired
  }

  #hearEnd(lane: Lane<Task, Value>): void {
    void lane.ended.then((reason) => this.#lost(lane, reason))
  }

  /** The worker is gone. While it runs a task, that one's outcome decides what is said. */
  #lost(lane: Lane<Task, Value>, reason: Error): void {
    if (this.#closing.signal.aborted || this.#running.has(lane)) return
    if (!this.#told.has(lane)) this.#onLost?.(reason)
    this.#told.add(lane)
    void this.#retire(lane)
  }

  async #grow(): Promise<void> {
    const { signal } = this.#closing
    if (signal.aborted || this.#lanes.size + this.#opening >= this.#size) return
    this.#opening += 1
    try {
      const lane = await this.#open(signal)
      if (signal.aborted) {
        await lane.kill()
        return
      }
      this.#lanes.add(lane)
      this.#hearEnd(lane)
      this.#release(lane)
    } finally {
      this.#opening -= 1
    }
  }

  /** A lane that can't be opened is the failure of those who wait for one; with nobody waiting, the next task tries again. */
  #growQuietly(): void {
    this.#grow().catch((error: unknown) => {
      if (this.#lanes.size + this.#opening === 0) this.#rejectWaiting(error)
    })
  }

  #rejectWaiting(error: unknown): void {
    for (const waiter of this.#waiting) waiter.reject(error)
    this.#waiting.clear()
  }
}

function closedError(): Error {
  return new Error('the pool is closed')
}
