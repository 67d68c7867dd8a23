import { isUtf8 } from 'node:buffer'
import { LaneBrokenError } from '../../lane/lane.ts'
import type { TaskFailure } from '../../lane/lane.ts'
import { isPlainObject } from '../../plain-object.ts'
import type { Frame } from './frames.ts'
import { readHead } from './head.ts'
import type { Head } from './head.ts'
import { readReady } from './ready.ts'
import type { Ready } from './ready.ts'

/** A request of an event's own process, and the pipe on which it waits for the data: `/proc/PID/fd/N`. */
export interface Ask {
  readonly what: string
  readonly pipe: string
}

/** All messages of a driver. docs/child-languages.md explains each. */
export type DriverMessage =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'head'; readonly head: Head }
  | { readonly kind: 'chunk'; readonly bytes: Buffer }
  | { readonly kind: 'cause'; readonly text: string }
  | { readonly kind: 'done'; readonly value: Buffer }
  | { readonly kind: 'failed'; readonly failure: TaskFailure }
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'idle' }
  /** The process ends with this event: the host must send no further event. */
  | { readonly kind: 'last' }

/** The payload of a `hook` frame: one of SnapStart's two moments. */
export type HookPhase = 'before-snapshot' | 'after-restore'

/**
 * Reads a frame of a driver.
 * @throws LaneBrokenError for an unknown kind, or a payload that doesn't fit the kind
 * @throws HandlerError for a `head` with invalid values
 */
export function readMessage({ kind, payload }: Frame): DriverMessage {
  switch (kind) {
    case 'ready':
      return { kind, ready: readReady(payload) }
    case 'loaded':
    case 'unknown':
    case 'idle':
    case 'last':
      return { kind }
    case 'head':
      return { kind, head: readHead(payload) }
    case 'ask':
      return { kind, ask: readAsk(payload) }
    case 'chunk':
      return { kind, bytes: payload }
    case 'cause':
      return { kind, text: payload.toString() }
    case 'done':
      return { kind, value: payload }
    case 'failed':
      return { kind, failure: readFailure(payload) }
    default:
      throw new LaneBrokenError(`the driver sent '${kind}', which is not a frame of a driver`)
  }
}

function readAsk(payload: Buffer): Ask {
  const { what, pipe } = JSON.parse(payload.toString()) as Partial<Record<keyof Ask, unknown>>
  // An invalid path gets no answer.
  const isPipe = typeof pipe === 'string' && /^\/proc\/\d+\/fd\/\d+$/.test(pipe)
  return { what: String(what), pipe: isPipe ? pipe : '/dev/null' }
}

function readFailure(body: Buffer): TaskFailure {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString())
  } catch {
    parsed = undefined
  }
  if (!isPlainObject(parsed)) {
    throw new LaneBrokenError(
      `the driver's 'failed' frame is not a JSON object: ${JSON.stringify(body.toString('utf8', 0, 80))}`,
    )
  }
  const { errorType, errorMessage, stackTrace } = parsed
  return {
    errorType: typeof errorType === 'string' ? errorType : 'Function.Unknown',
    message: typeof errorMessage === 'string' ? errorMessage : '',
    stackTrace: Array.isArray(stackTrace) ? stackTrace.map(lineOf) : [],
    // A language that treats bytes as text may quote text that is not UTF-8.
    body: isUtf8(body) ? body : Buffer.from(body.toString()),
  }
}

/** An object may have a property `toString` that is no function. */
function lineOf(frame: unknown): string {
  return typeof frame === 'string' ? frame : JSON.stringify(frame)
}
