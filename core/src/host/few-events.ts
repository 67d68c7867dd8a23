import { setFlagsFromString } from 'node:v8'
import { leaveUsualFlags } from '../usual-flags.ts'

/**
 * Called after the first event. Most instances serve few events, so V8 then does two things less:
 *
 * - It no longer compiles functions that were called only a few times (Sparkplug), which made events 3 to 10 a quarter
 *   slower. It still optimises functions that are called hundreds of times.
 * - It no longer collects garbage because the process has little to do (its memory reducer, 8 seconds after other
 *   collections). That takes 25 to 55 ms of CPU time for a few megabytes. On Lambda the process has little to do only
 *   while an event waits for something.
 *
 * Only for processes without third-party code: the Node modules that such code loads would not match Node's code cache.
 * And only for versions of Node that have these flags: V8 prints an error for a flag that it doesn't know.
 */
export function expectFewEvents(version = process.version): void {
  if (!/^v2[2-4]\./.test(version)) return
  leaveUsualFlags((isUsual) => {
    setFlagsFromString(isUsual ? '--sparkplug' : '--no-sparkplug')
    // The usual number is 2 in Node 22 and 24.
    setFlagsFromString(`--memory-reducer-gc-count=${isUsual ? 2 : 0}`)
  })
}
