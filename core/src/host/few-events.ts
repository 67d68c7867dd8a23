import { setFlagsFromString } from 'node:v8'
import { leaveUsualFlags } from '../usual-flags.ts'

/**
 * Called after the first event. V8 then no longer compiles functions that were called only a few times (Sparkplug).
 * That compilation made events 3 to 10 a quarter slower. Most instances serve few events, and V8 still optimises
 * functions that are called hundreds of times.
 *
 * Only for processes without third-party code: the Node modules that such code loads would not match Node's code cache.
 */
export function expectFewEvents(): void {
  leaveUsualFlags((isUsual) => setFlagsFromString(isUsual ? '--sparkplug' : '--no-sparkplug'))
}
