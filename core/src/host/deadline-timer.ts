const longestTimer = 2 ** 31 - 1

/**
 * The timer of a poller's deadlines. Events come in their thousands before one runs out of time, each with a later deadline than the last: so a timer that is running is
 * left alone, and looks again at what is due when it fires.
 */
export class DeadlineTimer {
  #timer: NodeJS.Timeout | undefined
  /** By the clock that timers go by, which stands still while the process is frozen. */
  #firesAt = Infinity
  #dueAt = Infinity
  #expire: () => void = () => {}

  /** Calls `expire` at that time (epoch milliseconds), unless `clear` comes first. Replaces what was set before. */
  set(dueAt: number, expire: () => void): void {
    this.#dueAt = dueAt
    this.#expire = expire
    if (steadyNow() + this.#left() < this.#firesAt) this.#arm()
  }

  clear(): void {
    this.#dueAt = Infinity
    this.#expire = () => {}
  }

  /** Nothing more is to come. */
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

/** Milliseconds. `performance.now()` would load a module of Node's into each start. */
function steadyNow(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
