import { LaneBrokenError } from '../../lane/lane.ts'
import { Sweeper } from '../../leftovers/sweeper.ts'
import type { Driver } from '../driver/driver.ts'

/** How long what outlived an event gets to disappear after SIGKILL before its lane is given up. Milliseconds. */
const stragglerMs = 500

export interface ClearingEvents {
  /** Nothing of the event can write into the pipes any more. */
  onClear(): void
  /** Something can't be ended: the lane must be. */
  onStuck(error: Error): void
}

/** Clears away what an event left behind, so that the next one finds a clean lane. */
export class Clearing {
  readonly #sweeper: Sweeper

  /**
   * @param prefix how the marks of all that the lane starts begin
   * @param running the mark of the event that is under way
   */
  constructor(prefix: string, running: () => string | undefined) {
    this.#sweeper = new Sweeper(prefix, running)
  }

  /**
   * Ends what still holds the leash of the event, and takes back what it did not read.
   * @param number the event's, counted from 1
   */
  start(driver: Driver, number: number, { onClear, onStuck }: ClearingEvents): void {
    const end = (): void => {
      onClear()
      driver.reset()
      this.#sweeper.later()
    }
    const leash = driver.leash(number)
    if (!leash?.held) return end()
    void this.#sweeper.now(leash, stragglerMs).then((gone) => {
      if (gone) end()
      else onStuck(new LaneBrokenError('something that the handler started could not be ended'))
    })
    return undefined
  }

  stop(): void {
    this.#sweeper.stop()
  }
}
