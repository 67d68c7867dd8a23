import { hasBrand } from './errors.ts'

const brand = Symbol.for('anyhandler.Answer')

/** Status, headers and cookies of an HTTP-shaped answer. */
export interface HttpHead {
  /** 200 when absent. */
  readonly statusCode?: number
  /** A list for a header with several values. `Set-Cookie` may stand here as well. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** `Set-Cookie` values. */
  readonly cookies?: readonly string[]
}

export interface AnswerInit {
  /** Sent as it is, never parsed again; an async iterable is streamed. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Of the post to the Runtime API; `application/json` when absent, `application/octet-stream` for a stream. */
  readonly contentType?: string
  /**
   * Makes the answer an HTTP response, in the dialect of the event's front door; for any other event in that of payload 2.0. Or the prelude of a stream.
   */
  readonly http?: HttpHead
  /** Writes the answer for an event that is of no front door, in place of the host. For an answer with `http` alone. */
  readonly unshaped?: () => string
  /**
   * Resolves when the plugin has cleaned up after this event, where that is later than the answer. The host waits for it
   * (500 ms at most) before it asks for the next event.
   */
  readonly atRest?: PromiseLike<void>
}

export type Answer = AnswerInit & { readonly [brand]: true }

/** Says exactly what goes out: finished bytes, their content type, an HTTP status. */
export function answer(init: AnswerInit): Answer {
  return { ...init, [brand]: true }
}

export function isAnswer(value: unknown): value is Answer {
  return hasBrand(value, brand)
}
