import { hostMark } from '../mark.ts'
import { pause } from '../waiting.ts'
import type { Territory } from './belonging.ts'
import { orphansClaimed } from './orphans.ts'
import { endLeft, kill } from './lookout.ts'
import { Looked } from './looked.ts'
import { lastPid } from './proc.ts'

export interface LeftoversOptions {
  /** See {@link Territory}. */
  readonly keepsChildren: boolean
  /** Nothing that an event has started is ended before its lane is. */
  readonly keepsAll?: boolean
  /** The host runs on a developer's machine: not all that is new there is a handler's. */
  readonly local: boolean
  /** Other lanes run events at the same time: looks are put off, so that one serves all. */
  readonly shared: boolean
  /** See {@link Territory}. */
  readonly sharesDriver?: boolean
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
/** An event that took longer may have started so many processes that ids have come round. Milliseconds. */
const longMs = 100
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
  #facts: DriverFacts = { session: 0, driver: 0, forksAhead: false, pipes: new Set() }
  #looked = new Looked(0)
  #running: string | undefined
  #beganMs = 0
  #begun = 0
  #claimsOrphans: Territory['claimsOrphans'] | undefined
  #found = false
  /** A look has spared what the running event had started: there has to be another. */
  #spared = false

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
    this.#looked = new Looked(lastPid())
  }

  /** An event begins. @returns the mark of what it starts */
  begin(number: number): string {
    this.#running = `${this.#prefix}${number}`
    this.#beganMs = performance.now()
    // Only with other lanes is there a look while an event runs.
    if (this.#options.shared) this.#begun = lastPid()
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
    else if (this.#mayHaveLeft())
      this.#found = endLeft([this.#territory], performance.now() - this.#beganMs > longMs) > 0
    return true
  }

  /** Whether the last `end` ended something: what that has written for the next event is in the pipes. */
  get found(): boolean {
    return this.#found
  }

  /**
   * Ends everything, the driver with its session included unless it has other lanes.
   * @param isAlive the driver has not ended: its process group is its own
   */
  async endAll(driver: number, isAlive: boolean): Promise<void> {
    due.delete(this)
    this.#running = undefined
    const { sharesDriver } = this.#options
    if (isAlive && !sharesDriver) kill(-driver, 'SIGKILL')
    this.#facts = { ...this.#facts, session: driver, driver: 0 }
    const all: Territory = { ...this.#territory, everything: true }
    for (const end = performance.now() + goneMs; endLeft([all]) > 0 && performance.now() < end;) await pause(2)
  }

  get #territory(): Territory {
    const { keepsChildren, local, shared, sharesDriver = false } = this.#options
    this.#claimsOrphans ??= orphansClaimed(local, shared)
    const claimsOrphans = this.#claimsOrphans
    const [prefix, running, looked] = [this.#prefix, this.#running, this.#looked]
    const begun = running !== undefined && lastPid() >= this.#begun ? this.#begun : 0
    return {
      ...this.#facts,
      prefix,
      running,
      begun,
      looked,
      keepsChildren,
      sharesDriver,
      claimsOrphans,
      everything: false,
    }
  }

  /** Whether a process was started that is not accounted for. A driver that forks ahead has started one itself. */
  #mayHaveLeft(): boolean {
    const last = lastPid()
    const mayHave = this.#spared || last - this.#looked.last !== (this.#facts.forksAhead ? 1 : 0)
    this.#spared = this.#running !== undefined
    if (!mayHave) this.#looked.set(last)
    return mayHave
  }

  async #endHolders(held: () => boolean): Promise<boolean> {
    for (const end = performance.now() + goneMs; held(); await pause(1)) {
      if (performance.now() > end) return false
      // What holds them may have been taken for somebody else's before.
      this.#found = endLeft([this.#territory], true) > 0 || this.#found
    }
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
