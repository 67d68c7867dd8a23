import { LaneBrokenError } from '../../lane/lane.ts'
import type { Leftovers } from '../../leftovers/leftovers.ts'
import type { Driver } from '../driver/driver.ts'

export interface ClearEvents {
  /** Called when no part of the event can reach the next one. */
  onClear(): void
  /** Called if a process can't be ended, or has ended the driver: the lane must be ended then. */
  onStuck(error: Error): void
}

/** Ends the processes that outlived an event (counted from 1), and discards the unread part of the event. */
export function clear(driver: Driver, leftovers: Leftovers, number: number, { onClear, onStuck }: ClearEvents): void {
  const finish = (gone: boolean): void => {
    if (!gone) return onStuck(new LaneBrokenError('a process that the handler started could not be ended'))
    // A handler may have forged reports for a later event: read and ignore them now, before they would count.
    if (leftovers.found) driver.drainReports()
    // Its exit may be reported later: the next event must not go to it.
    if (leftovers.endsDriver) return onStuck(new LaneBrokenError('a process that the handler started ended the worker'))
    onClear()
    return driver.reset()
  }
  const ended = leftovers.end(() => driver.held(number))
  if (ended === true) finish(true)
  else void ended.then(finish)
}
