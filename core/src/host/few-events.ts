import { setFlagsFromString } from 'node:v8'
import { leaveUsualFlags } from '../usual-flags.ts'

/**
 * After the first event: V8 no longer translates functions that were called a few times (Sparkplug). It did that in events 3 to 10, which took a quarter longer for it; most instances
 * serve few events, and what is called hundreds of times is optimised as before.
 *
 * For processes without code of others: what that code loads of Node's modules would not match Node's code cache.
 */
export function expectFewEvents(): void {
  leaveUsualFlags((isUsual) => setFlagsFromString(isUsual ? '--sparkplug' : '--no-sparkplug'))
}
