import { LaneBrokenError } from '../../lane/lane.ts'
import { CarriedDriver } from '../driver/carried-driver.ts'
import type { CarryingProcess } from '../driver/carried-driver.ts'
import type { DriverEvents } from '../driver/driver-link.ts'
import type { CarriedMessage } from '../protocol/carried.ts'
import { ChildLane } from './child-lane.ts'
import type { ChildLaneOptions } from './child-lane-options.ts'

/**
 * A process whose threads are the drivers of several lanes. It starts with the first of them and ends with the last.
 *
 * If a thread can't be ended, the process takes no further events: running events finish normally, and then it is
 * killed.
 */
export class Carrier {
  readonly #options: ChildLaneOptions
  readonly #started: Promise<ChildLane>
  readonly #drivers = new Map<number, CarriedDriver>()
  readonly #lanes = new Set<ChildLane>()
  readonly #gone = Promise.withResolvers<void>()
  #count = 0
  /** Lanes that are open or being opened. */
  #open = 0
  /** It takes no further lanes. */
  #over = false
  #isStuck = false

  constructor(options: ChildLaneOptions, signal: AbortSignal) {
    this.#options = options
    this.#started = ChildLane.open({ ...options, onCarried: (message) => this.#take(message) }, signal)
    this.#started.then(
      (process) => void process.ended.then((reason) => this.#end(process, reason)),
      () => (this.#over = true),
    )
  }

  /** Whether it takes further lanes. */
  get usable(): boolean {
    return !this.#over
  }

  /** Resolves when the process has ended. */
  get gone(): Promise<void> {
    return this.#gone.promise
  }

  /**
   * Opens a lane.
   * @param variables besides those of the process
   * @throws as {@link ChildLane.open}, also for the process
   */
  async open(
    options: ChildLaneOptions,
    variables: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ChildLane> {
    this.#open += 1
    try {
      const process = await this.#started
      const link = this.#link(process, variables)
      const lane = await ChildLane.open({ ...options, link }, signal)
      this.#lanes.add(lane)
      if (this.#isStuck) lane.retire(replaced())
      void lane.ended.then(() => this.#release(lane))
      return lane
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  #link(process: ChildLane, variables: Readonly<Record<string, string>>): NonNullable<ChildLaneOptions['link']> {
    const carrying: CarryingProcess = {
      pid: process.driver.pid,
      open: (lane, variables) => process.tell('open', JSON.stringify({ lane, variables })),
      end: (lane) => process.tell('end', JSON.stringify({ lane })),
      onStuck: (lane) => this.#wear(lane),
    }
    return (events: DriverEvents, mark) => {
      const lane = (this.#count += 1)
      const name = `${this.#options.name}-thread-${lane}`
      const driver = new CarriedDriver(name, lane, carrying, { ...variables, ...mark }, events)
      this.#drivers.set(lane, driver)
      return driver
    }
  }

  #take(message: CarriedMessage): void {
    const driver = this.#drivers.get(message.lane)
    if (message.kind === 'opened') return driver?.opened(message.payload)
    this.#drivers.delete(message.lane)
    return driver?.ended({ exitCode: message.exitCode, problem: message.problem, what: 'the worker thread' })
  }

  /** The process has ended, and every lane with it. */
  #end(process: ChildLane, reason: Error): void {
    this.#over = true
    const { exitCode, signal } = reason instanceof LaneBrokenError ? reason : { exitCode: undefined, signal: undefined }
    const problem = exitCode === undefined && signal === undefined ? reason.message : undefined
    for (const driver of this.#drivers.values()) driver.ended({ exitCode, signal, problem })
    this.#drivers.clear()
    void process.kill()
  }

  #wear(lane: number): void {
    this.#over = true
    this.#isStuck = true
    this.#drivers.delete(lane)
    for (const one of this.#lanes) one.retire(replaced())
  }

  async #release(lane: ChildLane): Promise<void> {
    await lane.kill()
    this.#lanes.delete(lane)
    this.#leave()
  }

  /** With its last lane the process ends, too. */
  #leave(): void {
    this.#open -= 1
    if (this.#open > 0) return
    this.#over = true
    void this.#finish()
  }

  async #finish(): Promise<void> {
    try {
      const process = await this.#started
      await (this.#isStuck ? process.kill() : process.close())
    } catch {
      // It did not start: who wanted a lane knows.
    }
    this.#gone.resolve()
  }
}

function replaced(): LaneBrokenError {
  return new LaneBrokenError('another thread of its process could not be ended, so the process is replaced', {
    untouched: true,
  })
}
