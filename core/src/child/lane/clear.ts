import { LaneBrokenError } from '../../lane/lane.ts'
import type { Leftovers } from '../../leftovers/leftovers.ts'
import type { Driver } from '../driver/driver.ts'

export interface ClearEvents {
  /** Nothing of the event can reach the next one. */
  onClear(): void
  /** Something can't be ended: the lane must be. */
  onStuck(error: Error): void
}

/** Ends what outlived an event, counted from 1, and takes back what it did not read. */
export function clear(driver: Driver, leftovers: Leftovers, number: number, { onClear, onStuck }: ClearEvents): void {
  const finish = (gone: boolean): void => {
    if (!gone) return onStuck(new LaneBrokenError('something that the handler started could not be ended'))
    // Made-up reports of an event to come are noise now, and would be taken for true then.
    if (leftovers.found) driver.drainReports()
    onClear()
    return driver.reset()
  }
  const ended = leftovers.end(() => driver.held(number))
  if (ended === true) finish(true)
  else void ended.then(finish)
}
