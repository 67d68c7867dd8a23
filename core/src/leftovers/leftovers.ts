import { hostMark } from '../mark.ts'
import { steadyNow } from '../steady-now.ts'
import { pause } from '../waiting.ts'
import type { Territory } from './belonging.ts'
import { orphansClaimed } from './orphans.ts'
import { endLeft, kill } from './lookout.ts'
import { Looked } from './looked.ts'
import { lastPid, takesNothing } from './proc.ts'

export interface LeftoversOptions {
  /** See {@link Territory}. */
  readonly keepsChildren: boolean
  /** Processes of an event stay until their lane ends. */
  readonly keepsAll?: boolean
  /** The host runs locally, where new processes may belong to other programs. */
  readonly local: boolean
  /** Other lanes run events at the same time: searches are delayed, so that one search serves all lanes. */
  readonly shared: boolean
  /** See {@link Territory}. */
  readonly sharesDriver?: boolean
}

/** The driver's own description, once it is ready. */
export interface DriverFacts {
  readonly session: number
  readonly driver: number
  readonly forksAhead: boolean
  readonly pipes: ReadonlySet<number>
}

/** Upper bound for a process to disappear after SIGKILL. Milliseconds. */
const goneMs = 500
/** During a longer event, so many processes may have started that ids wrapped around. Milliseconds. */
const longMs = 100
/** Delay of a search that several lanes share. Milliseconds. */
const delayMs = 100
/** The share of time that delayed searches may use, because a search takes long on a busy machine. */
const share = 0.02

/** How long after a leftover the drivers are checked before each event. Milliseconds. */
const waryMs = 60_000

/** Lanes that had an event since the last search. */
const due = new Set<Leftovers>()
let timer: NodeJS.Timeout | undefined
let lastMs = 0
let waryUntilMs = 0
let lanes = 0

/**
 * The processes that one lane's driver and events have started: recognises them, and ends them after their event or
 * with their lane.
 */
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
  #losesDriver = false
  /** A search has spared processes that may be leftovers by the next one, so another search must follow. */
  #spared = false

  constructor(options: LeftoversOptions) {
    this.#options = options
  }

  /** The mark of processes that are started outside of an event: they stay as long as the lane. */
  get initMark(): string {
    return `${this.#prefix}init`
  }

  /** Call it when the handler is loaded: processes that run now belong to the start. */
  loaded(facts: DriverFacts): void {
    this.#facts = facts
    this.#looked = new Looked(lastPid())
  }

  /**
   * Begins an event. With several events at a time, `losesDriver` is true afterwards if the driver can't take it. This
   * is checked only if events have left processes lately, because it takes 20 µs.
   * @returns the mark of its processes
   */
  begin(number: number): string {
    this.#running = `${this.#prefix}${number}`
    this.#beganMs = steadyNow()
    // Only another lane's search can happen while an event runs.
    if (this.#options.shared) {
      this.#begun = lastPid()
      this.#losesDriver = this.#beganMs < waryUntilMs && takesNothing(this.#facts.driver)
    }
    return this.#running
  }

  /**
   * Ends an event and its leftover processes.
   * @param held true if a process of the event still holds its pipes
   * @returns `true` when the lane is clean; while a process holds its pipes, a promise of whether the lane became clean
   */
  end(held: () => boolean): true | Promise<boolean> {
    this.#running = undefined
    this.#found = false
    this.#losesDriver = false
    if (this.#options.keepsAll) return true
    if (held()) return this.#endHolders(held)
    if (this.#options.shared) this.#putOff()
    else if (this.#mayHaveLeft()) {
      this.#found = search([this.#territory], steadyNow() - this.#beganMs > longMs)
      this.#losesDriver = takesNothing(this.#facts.driver)
      // A child that has just been started may be on its way to a session of its own.
      this.#spared = this.#options.keepsChildren && this.#looked.keepsMore
    }
    return true
  }

  /** True if the last `end` ended a process: bytes that it has written for the next event are in the pipes. */
  get found(): boolean {
    return this.#found
  }

  /**
   * True if the last `end` or `begin` found the driver itself ended or stopped: a process of the handler may have done
   * so.
   */
  get losesDriver(): boolean {
    return this.#losesDriver
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
    for (const end = steadyNow() + goneMs; endLeft([all]) > 0 && steadyNow() < end;) await pause(2)
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

  /** True if there are unknown new processes. A driver that forks ahead has started one itself. */
  #mayHaveLeft(): boolean {
    const last = lastPid()
    const mayHave = this.#spared || last - this.#looked.last !== (this.#facts.forksAhead ? 1 : 0)
    this.#spared = this.#running !== undefined
    if (!mayHave) this.#looked.set(last)
    return mayHave
  }

  async #endHolders(held: () => boolean): Promise<boolean> {
    for (const end = steadyNow() + goneMs; held(); await pause(1)) {
      if (steadyNow() > end) return false
      // The holder may have been classified as another program's process before.
      this.#found = search([this.#territory], true) || this.#found
    }
    this.#losesDriver = takesNothing(this.#facts.driver)
    return true
  }

  #putOff(): void {
    due.add(this)
    timer ??= setTimeout(look, Math.max(delayMs, lastMs / share)).unref()
  }

  /** The lanes that may have leftovers. */
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
  const start = steadyNow()
  search(territories)
  lastMs = steadyNow() - start
}

/** @returns true if it has ended a process */
function search(territories: readonly Territory[], isWhole = false): boolean {
  const found = endLeft(territories, isWhole) > 0
  if (found) waryUntilMs = steadyNow() + waryMs
  return found
}
