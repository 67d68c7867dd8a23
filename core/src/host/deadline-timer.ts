import { steadyNow } from '../steady-now.ts'

const longestTimer = 2 ** 31 - 1

/**
 * The timer of a poller's deadlines. Thousands of events end before one times out, and each has a later deadline than
 * the last. So a running timer is left alone, and checks the current deadline when it fires.
 */
export class DeadlineTimer {
  #timer: NodeJS.Timeout | undefined
  /** By the clock of Node's timers, which stands still while the process is frozen. */
  #firesAt = Infinity
  #dueAt = Infinity
  #expire: () => void = () => {}

  /** Calls `expire` at that time (epoch milliseconds), unless `clear` comes first. Replaces the earlier call. */
  set(dueAt: number, expire: () => void): void {
    this.#dueAt = dueAt
    this.#expire = expire
    if (steadyNow() + this.#left() < this.#firesAt) this.#arm()
  }

  clear(): void {
    this.#dueAt = Infinity
    this.#expire = () => {}
  }

  /** Stops the timer for good. */
  close(): void {
    this.clear()
    clearTimeout(this.#timer)
    this.#firesAt = Infinity
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const ms = this.#left()
    this.#firesAt = steadyNow() + ms
    this.#timer = setTimeout(() => this.#fire(), ms)
  }

  /** Milliseconds. Beyond 24 days a timer of Node's would fire at once. */
  #left(): number {
    return Math.min(longestTimer, Math.max(0, this.#dueAt - Date.now()))
  }

  #fire(): void {
    this.#firesAt = Infinity
    if (this.#dueAt === Infinity) return
    if (Date.now() < this.#dueAt) return this.#arm()
    const expire = this.#expire
    this.clear()
    expire()
  }
}
