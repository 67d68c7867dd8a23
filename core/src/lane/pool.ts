import type { Alarm } from '../contract.ts'
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

/** What has become of a lane so far. */
interface Use {
  running: boolean
  /** It has run a task. */
  used: boolean
}

/** Keeps `size` lanes warm, hands each task to one that is at rest and replaces those that broke. */
export class LanePool<Task, Value> {
  readonly #open: OpenLane<Task, Value>
  readonly #size: number
  readonly #onLost: ((reason: Error) => void) | undefined
  /** All that are open, those included that are being ended. */
  readonly #lanes = new Map<Lane<Task, Value>, Use>()
  readonly #idle: Lane<Task, Value>[] = []
  /** Answered, not yet at rest. */
  readonly #resting = new Map<Lane<Task, Value>, Promise<void>>()
  readonly #retiring = new Map<Lane<Task, Value>, Promise<boolean>>()
  /** Somebody knows that they end: a task was told, or the pool ends them. */
  /** Lanes that end, and are the pool's no more. */
  readonly #ending = new Set<Promise<void>>()
  readonly #told = new WeakSet<Lane<Task, Value>>()
  readonly #waiting = new Set<PromiseWithResolvers<Lane<Task, Value>>>()
  readonly #closing = new AbortController()
  #closed = false
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
  run(task: Task, options: RunOptions): Promise<Reply<Value>> {
    const lane = options.signal.aborted || this.#closed ? undefined : this.#takeIdle()
    return lane ? this.#drive(lane, task, options) : this.#runLater(task, options)
  }

  async #runLater(task: Task, options: RunOptions): Promise<Reply<Value>> {
    const { signal } = options
    if (signal.aborted) throw signal.reason
    if (this.#closed) throw closedError()
    const lane = this.#takeIdle() ?? (await this.#wait(signal))
    if (signal.aborted) {
      this.#release(lane)
      throw signal.reason
    }
    return this.#drive(lane, task, options)
  }

  /** Lanes that are open or being opened. */
  get open(): number {
    return this.#lanes.size + this.#opening
  }

  /** Ends a lane that is at rest, the one that has been for longest. The next task that finds none opens another. @returns `undefined` when there is none */
  endIdle(): Promise<void> | undefined {
    const lane = this.#idle.shift()
    if (!lane) return undefined
    this.#told.add(lane)
    this.#lanes.delete(lane)
    const ending = lane.close()
    this.#ending.add(ending)
    return ending.finally(() => this.#ending.delete(ending))
  }

  /** Ends all lanes; running tasks are killed. */
  async close(): Promise<void> {
    this.#closed = true
    this.#closing.abort(closedError())
    this.#rejectWaiting(closedError())
    const idle = new Set(this.#idle.splice(0))
    const lanes = [...this.#lanes.keys()].map((lane) => (idle.has(lane) ? lane.close() : this.#retire(lane)))
    await Promise.all([...lanes, ...this.#ending])
    this.#lanes.clear()
  }

  #drive(lane: Lane<Task, Value>, task: Task, options: RunOptions): Promise<Reply<Value>> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      let open = true
      const giveUp = (): void => {
        if (!open) return
        open = false
        this.#retire(lane).then(
          (gone) => reject((gone ? signal.reason : new LaneStuckError(signal.reason)) as Error),
          reject,
        )
      }
      const settle = (): boolean => {
        const isAwaited = open
        open = false
        signal.removeEventListener('abort', giveUp)
        return isAwaited
      }
      // The worker begins while the rest is made ready.
      const running = lane.run(task, options)
      const use = this.#lanes.get(lane)
      if (use) use.running = use.used = true
      running.then(
        (reply) => {
          if (use) use.running = false
          if (!lane.alive) this.#hearEnd(lane)
          // Before the caller goes on, the lane is put back.
          this.#putBack(lane, reply.atRest)
          if (settle()) resolve(reply)
        },
        (error: unknown) => {
          if (use) use.running = false
          if (!lane.alive) this.#told.add(lane)
          this.#putBack(lane, undefined)
          if (!settle()) return
          // It had broken unnoticed: the task is as new.
          if (error instanceof LaneBrokenError && error.untouched) resolve(this.run(task, options))
          else reject(error as Error)
        },
      )
      signal.addEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
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

  async #wait(signal: Alarm): Promise<Lane<Task, Value>> {
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
      const used = this.#lanes.get(lane)?.used
      this.#lanes.delete(lane)
      this.#retiring.delete(lane)
      // One that ends without having run anything would end again: the next task asks for another.
      if (gone && (used || this.#waiting.size > 0)) this.#growQuietly()
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
    if (this.#closed || this.#lanes.get(lane)?.running) return
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
      this.#lanes.set(lane, { running: false, used: false })
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
