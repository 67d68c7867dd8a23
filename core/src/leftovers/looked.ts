import { allPids } from './proc.ts'

/** The most ids that are checked one by one; for more, reading the folder is quicker. */
const mostAsked = 200

/**
 * Remembers which processes a lane has checked. The kernel gives out ids in ascending order, so new processes have
 * higher ids than the last one, and a foreign process needs no second check.
 */
export class Looked {
  /**
   * The last id before the first event: processes up to it are older than all events. 0 if ids have wrapped around
   * since.
   */
  #baseline: number
  /** All ids up to this one have been checked. */
  #last: number
  /** Processes of the lane among them that stayed. */
  #kept: ReadonlySet<number> = new Set()
  #keepsMore = false
  /** Ids above this one are new. */
  #sure = Infinity

  constructor(last: number) {
    this.#baseline = last
    this.#last = last
  }

  /** The last id that was checked. */
  get last(): number {
    return this.#last
  }

  /** The last check kept processes that the one before did not know: they may still change their session. */
  get keepsMore(): boolean {
    return this.#keepsMore
  }

  /** Started since the first event, judged by the id alone. */
  isNew(pid: number): boolean {
    return pid > this.#baseline
  }

  /** The id proves that it was started since the first event. */
  isSurelyNew(pid: number): boolean {
    return pid > this.#sure
  }

  /** Started before the first event, judged by the id alone. */
  isOfStart(pid: number): boolean {
    return this.#baseline === 0 || pid <= this.#baseline
  }

  /**
   * Ids to check, including ids whose process has ended.
   * @param last the last id that was given out; NaN if unknown
   * @param isWhole true: all new ids, also those that were foreign before
   */
  toLookAt(last: number, isWhole: boolean): readonly number[] {
    const comeRound = last < this.#last
    if (comeRound) this.#baseline = 0
    this.#sure = comeRound ? Infinity : this.#baseline || this.#last
    if (isWhole || comeRound || !(last - this.#last <= mostAsked)) return allPids().filter((pid) => this.isNew(pid))
    const pids = [...this.#kept]
    for (let pid = this.#last + 1; pid <= last; pid++) pids.push(pid)
    return pids
  }

  /** Marks all ids up to this one as checked. @param kept processes of the lane that stay */
  set(last: number, kept: ReadonlySet<number> = this.#kept): void {
    if (!Number.isNaN(last)) this.#last = last
    this.#keepsMore = kept !== this.#kept && [...kept].some((pid) => !this.#kept.has(pid))
    this.#kept = kept
  }
}
