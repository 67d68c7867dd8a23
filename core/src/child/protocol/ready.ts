import { LaneBrokenError } from '../../lane/lane.ts'

/** What a driver says in its `ready` frame: docs/child-languages.md. */
export interface Ready {
  readonly protocol: number
  /** The driver's own process, when a wrapper stands between. */
  readonly pid?: number
  /** Two pipes that take the place of the control descriptors after `load`: the driver's end of the one to it, and any end of the one from it. */
  readonly control?: readonly [number, number]
  readonly outputs?: Readonly<Record<string, number>>
  readonly stdin?: number
  readonly frameLimit?: number
  /** With several, events take them in turn. */
  readonly leash?: number | readonly number[]
  /** It answers `hook` frames. */
  readonly hooks?: boolean
  /** The read end of a pipe on which the event's own process reports, in lines. */
  readonly reports?: number
  /** After the answer it says `idle` when nothing of the event is left. */
  readonly idle?: boolean
  /** It takes an event as `task` or `file`, and of its context the environment alone. */
  readonly environment?: boolean
}

export const protocol = 1

/** @throws LaneBrokenError for another protocol than ours */
export function readReady(payload: Buffer): Ready {
  let ready: Ready
  try {
    ready = JSON.parse(payload.toString()) as Ready
  } catch (error) {
    throw new LaneBrokenError(`the driver's 'ready' frame is not JSON: ${String(error)}`)
  }
  if (ready.protocol !== protocol)
    throw new LaneBrokenError(`the driver speaks protocol ${ready.protocol}, this host ${protocol}`)
  return ready
}
