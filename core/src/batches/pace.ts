/** Limits of a series: its records, their milliseconds as far as is known, and their bytes. */
export const longestSeries = { records: 64, ms: 500, bytes: 65_536 } as const

/** How long the records of a batch take, and what follows from it. */
export class Pace {
  readonly #endBy: number
  /** Durations of records that ended by themselves. Milliseconds. */
  #spent = 0
  #ended = 0

  /** @param endBy epoch milliseconds */
  constructor(endBy: number) {
    this.#endBy = endBy
  }

  /** So many records took so many milliseconds in one worker. */
  note(count: number, ms: number): void {
    this.#ended += count
    this.#spent += ms
  }

  /** Time in which records may still be started: one that probably can't finish does work that will be done again. */
  get msToLastStart(): number {
    return this.#endBy - this.#average - Date.now()
  }

  /** Records that have probably not begun, of so many that a worker got so many milliseconds ago. */
  waiting(count: number, ms: number): number {
    return this.#average === 0 ? 0 : Math.max(0, count - 1 - Math.floor(ms / this.#average))
  }

  /**
   * The number of records for one worker: its share, so that all workers end together.
   * @param left records that have not begun, in all workers
   */
  seriesLength(left: number, workers: number): number {
    // Until the average is known, the last start of a record isn't known either.
    if (this.#ended === 0) return 1
    // At most half of the time, so that the average is fresh when the last record may start.
    const ms = Math.max(1, Math.min(longestSeries.ms, this.msToLastStart / 2))
    const ofTime = Math.floor(ms / this.#average)
    return Math.max(1, Math.min(longestSeries.records, ofTime, Math.ceil(left / workers)))
  }

  get #average(): number {
    return this.#ended === 0 ? 0 : this.#spent / this.#ended
  }
}
