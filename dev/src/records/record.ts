/**
 * The record of an invocation, for the page, the terminal and tests. All times are epoch milliseconds, all durations
 * milliseconds.
 */

/**
 * `queued`: no instance is free. `starting`: an instance starts for it. `running`: its handler has it. `retrying`: a
 * try has failed, and another follows.
 */
export type Status = 'queued' | 'starting' | 'running' | 'retrying' | 'done'

/** How an invocation came in. */
export type Via = 'invoke' | 'http' | 'page'

export type InvocationType = 'RequestResponse' | 'Event' | 'ResponseStream' | 'Http'

/** Bytes as JSON carries them: `text` if they are UTF-8, else `base64`. */
export interface Body {
  readonly text?: string
  readonly base64?: string
  /** Bytes of the whole. */
  readonly size: number
  /** Only the first bytes are kept. */
  readonly truncated: boolean
}

export type Header = readonly [name: string, value: string]

export interface LogLine {
  readonly at: number
  readonly text: string
  readonly stream: 'out' | 'err'
}

/** Where the time went, one span after the other. */
export interface Timings {
  /** Until an instance took it, or began to start for it. */
  readonly queue: number
  /** The start of the instance, without `language`. Absent where the instance was warm. */
  readonly init?: number
  /** The start of the handler's language. */
  readonly language?: number
  /** From the delivery of the event to the first byte of the answer. */
  readonly handler?: number
  /** From there until the client has the whole. */
  readonly answer?: number
}

/** One try; an invocation of type `Event` may have several. */
export interface Try {
  readonly at: number
  readonly ms?: number
  readonly errorType?: string
  readonly message?: string
  /** Number of the instance; 0 = none took it. */
  readonly instance: number
}

/** The data for a list. */
export interface Summary {
  /** Request id. */
  readonly id: string
  /** Counts all invocations of this start. */
  readonly seq: number
  readonly function: string
  readonly via: Via
  readonly type: InvocationType
  /** `GET /links?x=1`, or how it was invoked. */
  readonly title: string
  readonly status: Status
  /** Whether the function succeeded and the front door took its answer. Absent until it is known. */
  readonly ok?: boolean
  /** The request and the response of an HTTP client. */
  readonly httpStatus?: number
  readonly errorType?: string
  readonly receivedAt: number
  readonly totalMs?: number
  /** MiB that the instance had in use at the end. */
  readonly memory?: number
  /** An instance was started for it. */
  readonly cold: boolean
  /** Tries until now. */
  readonly attempts: number
  /** How many sentences the judge has to say. */
  readonly findings: number
}

export interface ClientRequestRecord {
  readonly method: string
  readonly target: string
  readonly headers: readonly Header[]
  /** The front door: `url`, `rest`, `http`, `alb`. */
  readonly as: string
  readonly body: Body
}

/** Everything. */
export interface InvocationRecord extends Summary {
  /** The handler's event. */
  readonly event: Body
  readonly request?: ClientRequestRecord
  /** The function's post. */
  readonly outcome?: {
    readonly kind: string
    readonly errorType?: string
    readonly contentType?: string
    readonly streamed: boolean
    readonly body: Body
  }
  /** The client's response. */
  readonly answer?: { readonly status: number; readonly headers: readonly Header[]; readonly body: Body }
  readonly judged: readonly { readonly severity: 'error' | 'warning'; readonly message: string }[]
  readonly log: readonly LogLine[]
  readonly timings: Timings
  readonly tries: readonly Try[]
  /** Number of the instance that had it last. */
  readonly instance?: number
}
