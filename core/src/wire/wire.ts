/**
 * One HTTP/1.1 connection to the Runtime API, one request at a time on it. Two implementations: `socket` (ours) and
 * `undici`, chosen by the configuration key `transport`.
 */

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Path with the leading slash, percent-encoded. */
  readonly path: string
  /**
   * Without those that the wire sets itself: `host`, `connection`, `content-length`, `transfer-encoding`, `trailer`. Values are latin1 without control
   * characters.
   */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Of a POST. Bytes are sent with their length, and must not change until the call settles; an async iterable is sent chunked, each part at once, with
   * back-pressure.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Only with a streamed body: the names announced in the `Trailer` header. When the iterable ends, the trailers of those names
   * that `trailers()` then gives are sent (none = no trailers), and the connection is dropped after the response, as the platform asks for.
   * The `undici` wire can't send trailers: it cuts the connection in their place, and the call rejects with code `broken`.
   */
  readonly trailerNames?: readonly string[]
  readonly trailers?: () => Readonly<Record<string, string>>
}

export interface WireResponse {
  readonly status: number
  /** Names in lower case; the last one wins; empty values are kept; values are latin1. Without a prototype. */
  readonly headers: Readonly<Record<string, string>>
  /** One of the headers, without the others being gathered. @param name in lower case */
  header(name: string): string | undefined
  /** Its head holds printable ASCII alone: no value has to be looked at for control characters, or decoded. */
  readonly isPlain: boolean
  /** Memory of its own, never written again; small ones lie in Node's buffer pool, so don't transfer its `ArrayBuffer`. */
  readonly body: Buffer
}

/** What becomes of an exchange. */
export interface ExchangeEnd<Value> {
  /** Called with the response; what it returns, or throws, settles the exchange. */
  take(response: WireResponse): Value
  /** Called with what the exchange failed with; it rejects with what this returns. */
  refuse(error: unknown): unknown
}

/** {@link Wire.exchange} for a wire whose requests are promises anyway. */
export function exchangeByRequest<Value>(
  wire: Pick<Wire, 'request'>,
  request: WireRequest,
  end: ExchangeEnd<Value>,
): Promise<Value> {
  return wire.request(request).then(
    (response) => end.take(response),
    (error: unknown) => Promise.reject(end.refuse(error) as Error),
  )
}

export interface Wire {
  /**
   * Sends one request and waits for its whole response, without a time limit. Opens the connection when there is none or the
   * old one is known to be gone.
   *
   * A kept-alive connection that turns out dead before a byte of the response came: a GET is sent once more on a new one, a POST is not (it may
   * have arrived). Rejects with {@link WireError}.
   *
   * If the body's iterable throws, the connection is cut (the peer sees a truncated request) and the call rejects with that error, unless
   * the peer answered before. An answer that comes before the body is at its end (413, 400) is given back at once: the iterable is stopped with
   * `return()` and the connection dropped. Whenever the call settles, the iterable is at its end or was stopped.
   */
  request(request: WireRequest): Promise<WireResponse>
  /** As {@link request}, and settles with what is made of the response: one promise for what would be several. */
  exchange<Value>(request: WireRequest, end: ExchangeEnd<Value>): Promise<Value>
  /** Makes the connection ahead of the first request. A failure isn't told: the request tries again. */
  open?(): void
  /** Drops the connection; a pending request rejects with code `closed`. The wire can be used again afterwards. */
  close(): void
}

export type WireErrorCode =
  /** The request can't be sent as it is (a line break in a header), or another one is under way: nothing was sent. */
  | 'request'
  /** No connection could be made: nothing was sent. */
  | 'connect'
  /** The connection broke after (part of) the request was sent, or in the middle of the response. */
  | 'broken'
  /** What came back is not HTTP/1.1, or is larger than {@link wireLimits} allow. */
  | 'protocol'
  /** `close()` was called. */
  | 'closed'

export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode
  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** In bytes. Beyond them a response is refused with code `protocol`, so that a peer gone mad can't take the memory. */
export const wireLimits = {
  /**
   * Status line and headers. Lambda's largest, the client context, has at most 3,583 bytes; the emulator takes what Go's server takes of an invoker, which is a mebibyte.
   */
  head: 1280 * 1024,
  /** An event has at most 6 MB. */
  body: 256 * 1024 * 1024,
} as const

export type WireFactory = (address: WireAddress) => Wire

export interface WireAddress {
  readonly host: string
  readonly port: number
}
