import type { Database } from 'better-sqlite3'

/** What is left for the answer when SQLite stops waiting: the host lets go of an event a little before its deadline. ms */
const reserve = 150

/**
 * Bounds how long SQLite waits for another connection's lock by the time that an event has left. Setting it costs as much as the rest of a
 * small event, so it is only set when it would be too long, or much too short.
 */
export class Patience {
  readonly #db: Database
  #current = -1

  constructor(db: Database) {
    this.#db = db
  }

  /** @param deadline Epoch milliseconds. */
  until(deadline: number): void {
    const left = deadline - Date.now()
    const limit = Math.max(1, Math.trunc(left - Math.min(reserve, left * 0.15)))
    if (this.#current >= 0 && this.#current <= limit && this.#current > limit * 0.9) return
    this.#current = Math.max(1, Math.trunc(Math.min(limit * 0.97, 2_147_483_647)))
    this.#db.pragma(`busy_timeout = ${this.#current}`)
  }
}
