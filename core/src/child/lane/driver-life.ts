import type { Leftovers } from '../../leftovers/leftovers.ts'
import { markName } from '../../mark.ts'
import { trace } from '../../trace.ts'
import { settledWithin } from '../../waiting.ts'
import { Driver } from '../driver/driver.ts'
import type { DriverEvents } from '../driver/driver-link.ts'
import { DriverProcess } from '../driver/driver-process.ts'
import type { ChildLaneOptions } from './child-lane-options.ts'
import { describeState } from './child-state.ts'
import type { ChildState } from './child-state.ts'

/** How long an idle driver gets to end when its control descriptor ends. */
const closeMs = 200
/** How long a killed driver is waited for: one that hangs in the kernel ends when that lets it. */
const exitMs = 2_000

/**
 * Starts a lane's driver, as a process of its own unless the options say otherwise.
 * @param mark tells whose its processes are
 */
export function startDriver(name: string, options: ChildLaneOptions, mark: string, events: DriverEvents): Driver {
  const { file, args, cwd, tmp, variables, link } = options
  const marked = { [markName]: mark }
  const process = { name, file, args, cwd, env: { ...variables, ...marked }, tmp }
  return new Driver(tmp, link?.(events, marked) ?? new DriverProcess(process, events))
}

/** Lets a driver end by itself. @param onSlow it still runs after so many milliseconds */
export async function endGently(name: string, driver: Driver, onSlow: (ms: number) => void): Promise<void> {
  trace.lane?.(`${name}: its control descriptor ends, and it should exit within ${closeMs} ms`)
  driver.end()
  if (!(await settledWithin(driver.exited, closeMs))) onSlow(closeMs)
}

/** Ends a driver, and the processes that it and its events have started. @param state the lane's state */
export async function endNow(name: string, driver: Driver, leftovers: Leftovers, state: ChildState): Promise<void> {
  const { pid, exited } = driver
  if (pid === undefined) return
  trace.lane?.(`${name}: SIGKILL to process ${pid} (${describeState(state)})`)
  driver.kill()
  await leftovers.endAll(pid, state.name !== 'gone')
  await settledWithin(exited, exitMs)
}
