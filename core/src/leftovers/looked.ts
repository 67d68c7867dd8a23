import { allPids } from './proc.ts'

/** Ids that are asked for one by one; beyond that, reading the folder is quicker. */
const mostAsked = 200

/**
 * Which processes a lane has looked at. The kernel gives ids out in ascending order, so all that is new stands behind the last one, and nothing that
 * was foreign once need be looked at again.
 */
export class Looked {
  /** The last id before the first event: what has none above it is older than all events. 0 when ids have come round since. */
  #baseline: number
  /** All up to this one have been looked at. */
  #last: number
  /** Those among them that were the lane's own, and stayed. */
  #kept: ReadonlySet<number> = new Set()
  /** What has an id above this one is new. */
  #sure = Infinity

  constructor(last: number) {
    this.#baseline = last
    this.#last = last
  }

  /** The last id that was looked at. */
  get last(): number {
    return this.#last
  }

  /** Started since the first event, as far as the id tells. */
  isNew(pid: number): boolean {
    return pid > this.#baseline
  }

  /** The id leaves no doubt that it was started since the first event. */
  isSurelyNew(pid: number): boolean {
    return pid > this.#sure
  }

  /** Started before the first event, as far as the id tells. */
  isOfStart(pid: number): boolean {
    return this.#baseline === 0 || pid <= this.#baseline
  }

  /**
   * Ids that have to be looked at, those included that nobody has any more.
   * @param last the id that was given out last; not a number when nobody knows
   * @param isWhole all that are new, those that were foreign once, too
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

  /** All up to this one have been looked at. @param kept those that are the lane's own, and stay */
  set(last: number, kept: ReadonlySet<number> = this.#kept): void {
    if (!Number.isNaN(last)) this.#last = last
    this.#kept = kept
  }
}
