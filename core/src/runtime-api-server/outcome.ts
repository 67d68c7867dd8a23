import { recordOf } from './call.ts'

/** A received part of an answer's body. */
export interface Chunk {
  /** Epoch milliseconds. */
  readonly at: number
  readonly bytes: Buffer
}

/**
 * How an invocation ended, seen from the invoker:
 * - `response`: the runtime posted `/response`;
 * - `error`: it posted `/error`, or a `/response` that the platform turned into an error (too large, cut off, bad
 *   mode);
 * - `initError`: `/init/error` or `/restore/error` came while the event was waiting;
 * - `timeout`: the deadline passed first (only with `late: 'refuse'`);
 * - `exit`: `runtimeExited()` was called while the event was running.
 */
export type OutcomeKind = 'response' | 'error' | 'initError' | 'timeout' | 'exit'

/** The number of answers that the runtime has posted for one id; it still grows after the outcome is known. */
export interface Tally {
  posts: number
  timedOut: boolean
}

export interface OutcomeInit {
  readonly id: string
  readonly kind: OutcomeKind
  readonly deadline: number
  readonly tally: Tally
  readonly status: number
  readonly body: Buffer
  readonly contentType?: string | undefined
  readonly errorType?: string | undefined
  readonly rawHeaders?: readonly string[]
  readonly rawTrailers?: readonly string[]
  readonly streamed?: boolean
  readonly aborted?: boolean
  readonly chunks?: readonly Chunk[]
}

/** The outcome of one event. */
export class Outcome {
  readonly id: string
  readonly kind: OutcomeKind
  /** The bytes for the invoker: the answer, or the error's JSON. */
  readonly body: Buffer
  readonly contentType: string | undefined
  /**
   * `Lambda-Runtime-Function-Error-Type` of the post. For outcomes that the platform itself makes, it is the platform's
   * own type.
   */
  readonly errorType: string | undefined
  /** The status of the reply to the runtime; 0 = the connection was cut, or nothing was posted. */
  readonly status: number
  /** The answer came with `Lambda-Runtime-Function-Response-Mode: streaming`. */
  readonly streamed: boolean
  /** The answer's connection broke before its end. */
  readonly aborted: boolean
  /** The body in the parts in which it arrived; empty when nothing was posted. */
  readonly chunks: readonly Chunk[]
  /** Epoch milliseconds: when the outcome was known. */
  readonly at = Date.now()
  /** Epoch milliseconds that the runtime was given. */
  readonly deadline: number
  /** Request headers of the post, flat, in the sender's case and order. */
  readonly rawHeaders: readonly string[]
  readonly rawTrailers: readonly string[]
  readonly #tally: Tally

  constructor(init: OutcomeInit) {
    this.id = init.id
    this.kind = init.kind
    this.body = init.body
    this.contentType = init.contentType
    this.errorType = init.errorType
    this.status = init.status
    this.streamed = init.streamed ?? false
    this.aborted = init.aborted ?? false
    this.chunks = init.chunks ?? []
    this.deadline = init.deadline
    this.rawHeaders = init.rawHeaders ?? []
    this.rawTrailers = init.rawTrailers ?? []
    this.#tally = init.tally
  }

  /** The number of answers that the runtime has posted for this id so far. More than 1 is a bug of the runtime. */
  get posts(): number {
    return this.#tally.posts
  }

  /** Request headers of the post, names in lower case. */
  get headers(): Readonly<Record<string, string>> {
    return recordOf(this.rawHeaders)
  }

  /** Trailers of a streamed answer, names in lower case. */
  get trailers(): Readonly<Record<string, string>> {
    return recordOf(this.rawTrailers)
  }

  /** `Lambda-Runtime-Function-XRay-Error-Cause`. */
  get xrayCause(): string | undefined {
    return this.headers['lambda-runtime-function-xray-error-cause']
  }

  /** The failure that a stream reported in its trailers, its body decoded from base64. */
  get streamError(): { readonly errorType: string; readonly body: Buffer } | undefined {
    const { 'lambda-runtime-function-error-type': errorType, 'lambda-runtime-function-error-body': body = '' } =
      this.trailers
    return errorType === undefined ? undefined : { errorType, body: Buffer.from(body, 'base64') }
  }

  /** True unless the answer is complete and successful. */
  get failed(): boolean {
    return this.kind !== 'response' || this.streamError !== undefined
  }

  /** The body as UTF-8. */
  text(): string {
    return this.body.toString()
  }

  /** The body parsed; throws a `SyntaxError` when it is no JSON. */
  json(): unknown {
    return JSON.parse(this.text())
  }
}

/** The error JSON in the form in which the platform makes it. */
export function errorBody(errorType: string, errorMessage: string): Buffer {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }))
}
