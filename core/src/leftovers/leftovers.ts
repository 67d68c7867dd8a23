import { hostMark } from '../mark.ts'
import { pause } from '../waiting.ts'
import type { Territory } from './belonging.ts'
import { endLeft, kill } from './lookout.ts'
import { lastPid } from './proc.ts'

export interface LeftoversOptions {
  /** See {@link Territory}. */
  readonly keepsChildren: boolean
  /** Nothing that an event has started is ended before its lane is. */
  readonly keepsAll?: boolean
  readonly claimsUnreadable: boolean
  /** Other lanes run events at the same time: looks are put off, so that one serves all. */
  readonly shared: boolean
}

/** The driver as it says itself, once it is ready. */
export interface DriverFacts {
  readonly session: number
  readonly driver: number
  readonly forksAhead: boolean
  readonly pipes: ReadonlySet<number>
}

/** How long what is ended gets to disappear after SIGKILL. Milliseconds. */
const goneMs = 500
/** How long a look is put off when lanes share it. Milliseconds. */
const delayMs = 100
/** A look takes long on a busy machine: put-off looks may use this part of the time. */
const share = 0.02

/** Those with an event since the last look. */
const due = new Set<Leftovers>()
let timer: NodeJS.Timeout | undefined
let lastMs = 0
let lanes = 0

/** The processes that one lane's driver and events have started: told from others, and ended when their time is over. */
export class Leftovers {
  readonly #options: LeftoversOptions
  readonly #prefix = `${hostMark}-${(lanes += 1)}-`
  readonly #foreign = new Set<number>()
  #facts: DriverFacts = { session: 0, driver: 0, forksAhead: false, pipes: new Set() }
  #baseline = 0
  #running: string | undefined
  #found = false
  /** The process id given out last when everything was known. */
  #known = 0

  constructor(options: LeftoversOptions) {
    this.#options = options
  }

  /** The mark of what is started outside of an event: it stays as long as the lane. */
  get initMark(): string {
    return `${this.#prefix}init`
  }

  /** The handler is loaded: what runs now was started with it. */
  loaded(facts: DriverFacts): void {
    this.#facts = facts
    this.#baseline = lastPid()
    this.#known = this.#baseline
  }

  /** An event begins. @returns the mark of what it starts */
  begin(number: number): string {
    this.#running = `${this.#prefix}${number}`
    return this.#running
  }

  /**
   * The event is over: ends what it has left behind.
   * @param held whether something of the event still holds its pipes
   * @returns `true` when the lane is clean; a promise of whether it could be made so, while something holds its pipes
   */
  end(held: () => boolean): true | Promise<boolean> {
    this.#running = undefined
    this.#found = false
    if (this.#options.keepsAll) return true
    if (held()) return this.#endHolders(held)
    if (this.#options.shared) this.#putOff()
    else if (this.#mayHaveLeft()) this.#found = endLeft([this.#territory]) > 0
    return true
  }

  /** Whether the last `end` ended something: what that has written for the next event is in the pipes. */
  get found(): boolean {
    return this.#found
  }

  /**
   * Ends everything, the driver with its session included.
   * @param isAlive the driver has not ended: its process group is its own
   */
  async endAll(driver: number, isAlive: boolean): Promise<void> {
    due.delete(this)
    this.#running = undefined
    if (isAlive) kill(-driver, 'SIGKILL')
    this.#facts = { ...this.#facts, session: driver, driver: 0 }
    const all: Territory = { ...this.#territory, foreign: new Set(), everything: true }
    for (const end = performance.now() + goneMs; endLeft([all]) > 0 && performance.now() < end;) await pause(2)
  }

  get #territory(): Territory {
    const { keepsChildren, claimsUnreadable } = this.#options
    const [prefix, running, baseline] = [this.#prefix, this.#running, this.#baseline]
    const foreign = this.#foreign
    return { ...this.#facts, prefix, running, baseline, keepsChildren, claimsUnreadable, foreign, everything: false }
  }

  /** Whether a process was started that is not accounted for. A driver that forks ahead has started one itself. */
  #mayHaveLeft(): boolean {
    const last = lastPid()
    const started = last - this.#known
    // What a running event has started is kept now, and looked for when it is over.
    this.#known = this.#running === undefined ? last : -1
    return started !== (this.#facts.forksAhead ? 1 : 0)
  }

  async #endHolders(held: () => boolean): Promise<boolean> {
    for (const end = performance.now() + goneMs; held(); await pause(1)) {
      if (performance.now() > end) return false
      this.#found = endLeft([this.#territory]) > 0 || this.#found
    }
    this.#known = lastPid()
    return true
  }

  #putOff(): void {
    due.add(this)
    timer ??= setTimeout(look, Math.max(delayMs, lastMs / share)).unref()
  }

  /** Those of the lanes that may have something left. */
  static takeDue(): readonly Territory[] {
    const lanesDue = [...due]
    due.clear()
    return lanesDue.filter((one) => one.#mayHaveLeft()).map((one) => one.#territory)
  }
}

function look(): void {
  timer = undefined
  const territories = Leftovers.takeDue()
  if (territories.length === 0) return
  const start = performance.now()
  endLeft(territories)
  lastMs = performance.now() - start
}
