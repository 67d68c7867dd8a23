import { LaneBrokenError, LaneStuckError } from './lane.ts'
import type { Lane, Reply, RunOptions } from './lane.ts'

interface Waiter<L> {
  readonly resolve: (lane: L) => void
  readonly reject: (error: unknown) => void
}

/** Keeps `size` lanes warm, hands each task to a free one and replaces those that broke. */
export class LanePool<Task, Value> {
  readonly #open: () => Promise<Lane<Task, Value>>
  readonly #size: number
  readonly #lanes = new Set<Lane<Task, Value>>()
  readonly #idle: Lane<Task, Value>[] = []
  readonly #waiting = new Set<Waiter<Lane<Task, Value>>>()
  #opening = 0
  #closed = false

  constructor(open: () => Promise<Lane<Task, Value>>, size: number) {
    this.#open = open
    this.#size = size
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
      if (this.#closed) throw closedError()
      const lane = this.#takeIdle() ?? (await this.#wait(options.signal))
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
    this.#closed = true
    this.#rejectWaiting(closedError())
    const idle = new Set(this.#idle.splice(0))
    await Promise.all([...this.#lanes].map((lane) => (idle.has(lane) ? lane.close() : lane.kill())))
    this.#lanes.clear()
  }

  #drive(lane: Lane<Task, Value>, task: Task, options: RunOptions): Promise<Reply<Value>> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      let settled = false
      const settle = (): boolean => {
        if (settled) return false
        settled = true
        signal.removeEventListener('abort', abort)
        return true
      }
      const abort = (): void => {
        if (!settle()) return
        lane.kill().then((gone) => {
          this.#drop(lane, gone)
          reject(gone ? signal.reason : new LaneStuckError(signal.reason))
        }, reject)
      }
      // The worker begins while the rest is made ready.
      const running = lane.run(task, options)
      signal.addEventListener('abort', abort)
      running.then(
        (reply) => {
          if (!settle()) return
          this.#release(lane)
          resolve(reply)
        },
        (error: unknown) => {
          if (!settle()) return
          lane.kill().then(
            () => this.#drop(lane, true),
            () => this.#drop(lane, true),
          )
          reject(error)
        },
      )
    })
  }

  #takeIdle(): Lane<Task, Value> | undefined {
    for (let lane = this.#idle.pop(); lane; lane = this.#idle.pop()) {
      if (lane.alive) return lane
      this.#drop(lane, true)
    }
    return undefined
  }

  #wait(signal: AbortSignal): Promise<Lane<Task, Value>> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Lane<Task, Value>> = {
        resolve: (lane) => {
          signal.removeEventListener('abort', abort)
          resolve(lane)
        },
        reject: (error) => {
          signal.removeEventListener('abort', abort)
          reject(error)
        },
      }
      const abort = (): void => {
        this.#waiting.delete(waiter)
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiter)
      this.#growQuietly()
    })
  }

  #release(lane: Lane<Task, Value>): void {
    if (!lane.alive) {
      this.#drop(lane, true)
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

  /** Forgets a lane that is gone and opens another; one that can't be stopped is not replaced, the process will be. */
  #drop(lane: Lane<Task, Value>, replace: boolean): void {
    this.#lanes.delete(lane)
    if (replace) this.#growQuietly()
  }

  async #grow(): Promise<void> {
    if (this.#closed || this.#lanes.size + this.#opening >= this.#size) return
    this.#opening += 1
    try {
      const lane = await this.#open()
      if (this.#closed) {
        await lane.kill()
        return
      }
      this.#lanes.add(lane)
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
