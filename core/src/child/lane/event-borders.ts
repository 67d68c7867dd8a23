import { LaneBrokenError } from '../../lane/lane.ts'
import type { Leftovers } from '../../leftovers/leftovers.ts'
import type { Driver } from '../driver/driver.ts'
import { explainExit } from './child-errors.ts'

/**
 * Begins an event (counted from 1), before it is sent.
 * @param onLost called if the driver can't take it, although its exit may not have been handled yet
 * @returns the mark of the event's processes
 */
export function begin(driver: Driver, leftovers: Leftovers, number: number, onLost: (error: Error) => void): string {
  const mark = leftovers.begin(number)
  const { ending } = driver
  if (ending) onLost(explainExit({ ...ending, partial: driver.partial }))
  else if (leftovers.losesDriver) onLost(lostDriver())
  return mark
}

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
    if (leftovers.losesDriver) return onStuck(lostDriver())
    onClear()
    return driver.reset()
  }
  const ended = leftovers.end(() => driver.held(number))
  if (ended === true) finish(true)
  else void ended.then(finish)
}

/** The error for a driver that can't take the next event. */
function lostDriver(): LaneBrokenError {
  return new LaneBrokenError('a process that the handler started ended or stopped the worker')
}
