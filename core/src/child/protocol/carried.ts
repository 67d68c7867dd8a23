import { LaneBrokenError } from '../../lane/lane.ts'
import { isPlainObject } from '../../plain-object.ts'
import type { Frame } from './frames.ts'

/** The messages of a process with several lanes about one of them. */
export type CarriedMessage =
  /** Its pipes are there; the payload is that of its `ready`. */
  | { readonly kind: 'opened'; readonly lane: number; readonly payload: Buffer }
  | { readonly kind: 'ended'; readonly lane: number; readonly exitCode?: number; readonly problem?: string }

/** @throws LaneBrokenError for anything else */
export function readCarried({ kind, payload }: Frame): CarriedMessage {
  const said = parsed(payload)
  if ((kind !== 'opened' && kind !== 'ended') || !isPlainObject(said) || !Number.isInteger(said.lane)) {
    throw new LaneBrokenError(
      `the process that carries lanes sent '${kind}' ${JSON.stringify(payload.toString('utf8', 0, 80))}`,
    )
  }
  const lane = said.lane as number
  if (kind === 'opened') return { kind, lane, payload }
  const { exitCode, problem } = said
  return {
    kind,
    lane,
    ...(typeof exitCode === 'number' && { exitCode }),
    ...(typeof problem === 'string' && { problem }),
  }
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString())
  } catch {
    return undefined
  }
}
