import type { Alarm } from '../contract.ts'
import { settledWithin, settleOrAbort } from '../waiting.ts'
import { LaneBrokenError, LaneStuckError, runOn } from './lane.ts'
import type { Lane, Reply, RunOptions } from './lane.ts'

/** Opens a lane. When the signal fires, the pool no longer needs it: end the started worker and reject. */
export type OpenLane<Task, Value> = (signal: AbortSignal) => Promise<Lane<Task, Value>>

export interface LanePoolOptions {
  /** Called with the reason when a worker ended without running a task. It is replaced. */
  readonly onLost?: (reason: Error) => void
}

/**
 * Upper bound for the wait for a lane that has answered but is still cleaning up; then the lane is replaced.
 * Milliseconds.
 */
const restMs = 500

/** The state of a lane in the pool. */
interface Use {
  running: boolean
  /** True once it has run a task. */
  used: boolean
}

/** Keeps `size` lanes warm, gives each task to a lane at rest, and replaces broken lanes. */
export class LanePool<Task, Value> {
  readonly #open: OpenLane<Task, Value>
  readonly #size: number
  readonly #onLost: ((reason: Error) => void) | undefined
  /** All open lanes, including those that are ending. */
  readonly #lanes = new Map<Lane<Task, Value>, Use>()
  readonly #idle: Lane<Task, Value>[] = []
  /** Lanes that have answered but are still cleaning up. */
  readonly #resting = new Map<Lane<Task, Value>, Promise<void>>()
  readonly #retiring = new Map<Lane<Task, Value>, Promise<boolean>>()
  /** Lanes that are ending and no longer belong to the pool. */
  readonly #ending = new Set<Promise<void>>()
  /** Lanes whose end is known already: a task got the error, or the pool ends them. */
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
   * When `signal` fires the lane is killed and replaced, and the call rejects with the signal's reason; if the lane
   * can't be killed it rejects with {@link LaneStuckError}. If the lane breaks, it is replaced and the call rejects
   * with its error.
   * @returns the reply itself if the lane has it at once
   */
  run(task: Task, options: RunOptions): Reply<Value> | Promise<Reply<Value>> {
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

  /**
   * Ends the lane that has been idle for the longest time. The next task without a free lane opens another. @returns
   * `undefined` if no lane is idle
   */
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

  #drive(lane: Lane<Task, Value>, task: Task, options: RunOptions): Reply<Value> | Promise<Reply<Value>> {
    const running = runOn(lane, task, options)
    const use = this.#lanes.get(lane)
    if (use) use.used = true
    if (running instanceof Promise) return this.#follow(lane, running, task, options)
    this.#putBack(lane, running.atRest)
    return running
  }

  /** Waits for the reply of a lane. */
  #follow(lane: Lane<Task, Value>, running: Promise<Reply<Value>>, task: Task, options: RunOptions) {
    const { signal } = options
    const use = this.#lanes.get(lane)
    if (use) use.running = true
    return new Promise<Reply<Value>>((resolve, reject) => {
      let open = true
      const giveUp = (): void => {
        if (!open) return
        open = false
        const fail = (gone: boolean): void =>
          reject((gone ? signal.reason : new LaneStuckError(signal.reason)) as Error)
        this.#retire(lane).then(fail, reject)
      }
      const settle = (): boolean => {
        const isAwaited = open
        open = false
        signal.removeEventListener('abort', giveUp)
        return isAwaited
      }
      running.then(
        (reply) => {
          if (use) use.running = false
          if (!lane.alive) this.#hearEnd(lane)
          // Puts the lane back before the caller continues.
          this.#putBack(lane, reply.atRest)
          if (settle()) resolve(reply)
        },
        (error: unknown) => {
          if (use) use.running = false
          const untouched = error instanceof LaneBrokenError && error.untouched
          // Another lane runs an untouched task, so only the log tells the reason.
          if (!lane.alive && untouched) this.#hearEnd(lane)
          else if (!lane.alive) this.#told.add(lane)
          this.#putBack(lane, undefined)
          if (!settle()) return
          // The lane had broken before, so the task is untouched and can run elsewhere.
          if (untouched) resolve(this.run(task, options))
          else reject(error as Error)
        },
      )
      signal.addEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
    })
  }

  /** The task of this lane has finished. */
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
      // A lane was assigned at this moment: `run` puts it back.
      if (!this.#waiting.delete(waiter)) return waiter.promise
      throw signal.reason
    })
  }

  /** A task is waiting, so a lane that doesn't come to rest is replaced. */
  #hurry(lane: Lane<Task, Value>, atRest: Promise<void>): void {
    void settledWithin(atRest, restMs).then((rested) => {
      if (rested || this.#resting.get(lane) !== atRest) return
      this.#onLost?.(
        new LaneBrokenError(`the worker was still cleaning up when the next task had waited ${restMs} ms for it`),
      )
      void this.#retire(lane)
    })
  }

  #release(lane: Lane<Task, Value>): void {
    if (!lane.alive) return void this.#retire(lane)
    const [waiter] = this.#waiting
    if (!waiter) return void this.#idle.push(lane)
    this.#waiting.delete(waiter)
    waiter.resolve(lane)
  }

  /**
   * The only way to remove a lane: kills the worker or the rest of it, forgets it, and opens another. A worker that
   * can't be stopped is not replaced, because the whole process will be.
   * @returns true if the worker is gone
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
      // A lane that ended before its first task would probably end again, so only the next task opens another.
      if (gone && (used || this.#waiting.size > 0)) this.#growQuietly()
      return gone
    })
    this.#retiring.set(lane, retired)
    return retired
  }

  #hearEnd(lane: Lane<Task, Value>): void {
    void lane.ended.then((reason) => this.#lost(lane, reason))
  }

  /** The worker has ended. If it was running a task, the outcome of the task reports the reason. */
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

  /** If a lane can't be opened, waiting tasks fail; without waiting tasks, the next one tries again. */
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
