import type { TakenApart } from './records.ts'

/** The records that a failed record blocks. */
export type FailureStops = 'nothing' | 'its group' | 'all'

interface Group {
  /** Records that were not started yet, in order. */
  readonly waiting: number[]
  next: number
  busy: boolean
  stopped: boolean
}

/** Chooses the next record: the first whose group is free. Records without a group are always free. */
export class Turns {
  readonly #stops: FailureStops
  readonly #groups: readonly Group[]
  readonly #groupOf: readonly Group[]
  /** The turn of records without a group: never busy. */
  readonly #free: Group | undefined
  #stopped = false

  constructor({ records, groupOf }: TakenApart, stops: FailureStops) {
    this.#stops = stops
    const groups = new Map<string | undefined, Group>()
    this.#groupOf = records.map((record, index) => {
      const group = groupOf?.(record)
      let known = groups.get(group)
      if (!known) groups.set(group, (known = { waiting: [], next: 0, busy: false, stopped: false }))
      known.waiting.push(index)
      return known
    })
    this.#groups = [...groups.values()]
    this.#free = groups.get(undefined)
  }

  /** Takes the next record that may start now; `undefined` if there is none, or none yet. */
  take(): number | undefined {
    if (this.#stopped) return undefined
    let first: Group | undefined
    for (const group of this.#groups) {
      if (group.busy || group.stopped || group.next === group.waiting.length) continue
      if (!first || headOf(group) < headOf(first)) first = group
    }
    if (!first) return undefined
    const index = headOf(first)
    first.next += 1
    first.busy = first !== this.#free
    return index
  }

  /** Number of records without a group that were not taken yet. */
  get left(): number {
    return this.#free && !this.#stopped ? this.#free.waiting.length - this.#free.next : 0
  }

  /** Gives back records without a group that have not begun, in order. */
  giveBack(indices: readonly number[]): void {
    this.#free?.waiting.splice(this.#free.next, 0, ...indices)
  }

  /** The record has ended. */
  ended(index: number, failed: boolean): void {
    const group = this.#groupOf[index] as Group
    group.busy = false
    if (!failed) return
    if (this.#stops === 'all') this.#stopped = true
    else if (this.#stops === 'its group') group.stopped = true
  }

  /** Starts no further record. */
  stop(): void {
    this.#stopped = true
  }
}

function headOf(group: Group): number {
  return group.waiting[group.next] as number
}
