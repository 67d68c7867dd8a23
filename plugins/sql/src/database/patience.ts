import type { Database } from 'better-sqlite3'

/**
 * Time that remains for the answer when SQLite stops waiting: the host aborts an event a little before its deadline. ms
 */
const reserve = 150

/**
 * Limits SQLite's wait for another connection's lock to the event's remaining time. Setting the limit costs as much as
 * the rest of a small event, so it is only set if the old one is too long, or much too short.
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
