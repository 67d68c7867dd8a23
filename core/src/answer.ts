import { hasBrand } from './errors.ts'

const brand = Symbol.for('anyhandler.Answer')

/** Status, headers and cookies of an HTTP-shaped answer. */
export interface HttpHead {
  /** 200 when absent. */
  readonly statusCode?: number
  /** A list for a header with several values. `Set-Cookie` is allowed here as well. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** `Set-Cookie` values. */
  readonly cookies?: readonly string[]
}

export interface AnswerInit {
  /** Sent unchanged and never parsed; an async iterable is streamed. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Content type of the post to the Runtime API; `application/json` when absent, `application/octet-stream` for a
   * stream.
   */
  readonly contentType?: string
  /**
   * Makes the answer an HTTP response, in the dialect of the event's front door; for other events in the format of
   * payload 2.0. For a stream it is the prelude.
   */
  readonly http?: HttpHead
  /** Writes the answer for an event without a front door, instead of the host. Only for an answer with `http`. */
  readonly unshaped?: () => string
  /**
   * Resolves when the plugin has cleaned up after this event, if that is later than the answer. The host waits for it
   * (500 ms at most) before it asks for the next event.
   */
  readonly atRest?: PromiseLike<void>
}

export type Answer = AnswerInit & { readonly [brand]: true }

/** An answer in full detail: finished bytes, their content type, an HTTP status. */
export function answer(init: AnswerInit): Answer {
  return { ...init, [brand]: true }
}

export function isAnswer(value: unknown): value is Answer {
  return hasBrand(value, brand)
}
