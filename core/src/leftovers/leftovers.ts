import { hostMark } from '../mark.ts'
import type { Leash } from './leash.ts'
import { kill, killMarkedAndWait } from './processes.ts'
import { Sweeper } from './sweeper.ts'

/** How long what is ended gets to disappear after SIGKILL. Milliseconds. */
const goneMs = 500

let lanes = 0

/** The processes that one lane's driver and events have started: known by their mark, ended when their time is over. */
export class Leftovers {
  readonly #prefix = `${hostMark}-${(lanes += 1)}-`
  readonly #sweeper: Sweeper
  #running: string | undefined

  constructor() {
    this.#sweeper = new Sweeper(this.#prefix, () => this.#running)
  }

  /** The mark of what is started outside of an event: it stays as long as the lane. */
  get initMark(): string {
    return `${this.#prefix}init`
  }

  /** An event begins. @returns the mark of what it starts */
  begin(number: number): string {
    this.#running = `${this.#prefix}${number}`
    return this.#running
  }

  /**
   * The event is over: ends what still holds its leash, now, and what escaped, soon.
   * @returns `true` at once when nothing held it; a promise of whether it could be ended otherwise
   */
  end(leash: Leash | undefined): true | Promise<boolean> {
    this.#running = undefined
    this.#sweeper.later()
    return leash?.held ? this.#sweeper.now(leash, goneMs) : true
  }

  /**
   * Ends everything, the driver with its session included.
   * @param isAlive the driver has not ended: its process group is its own
   */
  async endAll(driver: number, isAlive: boolean): Promise<void> {
    this.#running = undefined
    if (isAlive) kill(-driver, 'SIGKILL')
    await killMarkedAndWait({ prefix: this.#prefix, session: driver }, goneMs)
    this.#sweeper.stop()
  }
}
