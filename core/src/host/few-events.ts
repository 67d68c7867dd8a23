import { setFlagsFromString } from 'node:v8'
import { leaveUsualFlags } from '../usual-flags.ts'

/**
 * V8's flags for a process that serves few events, as most instances do. Their first events then take a fifth less time
 * (docs/performance.md).
 *
 * Only for processes without third-party code: the Node modules that such code loads would not match Node's code cache.
 * And only for versions of Node that have these flags: V8 prints an error for a flag that it doesn't know.
 */

/**
 * Called before the first event.
 *
 * - V8 no longer compiles functions that were called only a few times (Sparkplug), which made events 3 to 10 a quarter
 *   slower. It still optimises functions that are called hundreds of times.
 * - A function that is called for the first time gets a place for what V8 learns about its values at once, and not with
 *   its eighth call.
 */
export function expectFewEvents(version = process.version): void {
  if (!hasFlags(version)) return
  leaveUsualFlags((isUsual) => {
    setFlagsFromString(isUsual ? '--sparkplug' : '--no-sparkplug')
    setFlagsFromString(isUsual ? '--lazy-feedback-allocation' : '--no-lazy-feedback-allocation')
  })
}

/**
 * Called after the first event.
 *
 * - V8 looks at values late again: a function that is called now for the first time is hardly a part of each event.
 *   This saves memory.
 * - V8 no longer collects garbage because the process has little to do (its memory reducer, 8 seconds after other
 *   collections). That takes 25 to 55 ms of CPU time for a few megabytes. On Lambda the process has little to do only
 *   while an event waits for something.
 */
export function passFirstEvent(version = process.version): void {
  if (!hasFlags(version)) return
  setFlagsFromString('--lazy-feedback-allocation')
  leaveUsualFlags((isUsual) => {
    setFlagsFromString(isUsual ? '--sparkplug' : '--no-sparkplug')
    // The usual number is 2 in Node 22 and 24.
    setFlagsFromString(`--memory-reducer-gc-count=${isUsual ? 2 : 0}`)
  })
}

function hasFlags(version: string): boolean {
  return /^v2[2-4]\./.test(version)
}
