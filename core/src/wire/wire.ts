/**
 * One HTTP/1.1 connection to the Runtime API, one request at a time on it. Two implementations: `socket` (ours) and
 * `undici`, chosen by the configuration key `transport`.
 */

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Path with the leading slash, percent-encoded. */
  readonly path: string
  /** Without `host`, `content-length`, `transfer-encoding` and `trailer`, which the wire sets itself. Values are latin1. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes are sent with their length; an async iterable is sent chunked, each part at once, with back-pressure. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Only with a streamed body: the names announced in the `Trailer` header. When the iterable ends, the trailers of those names
   * that `trailers()` then gives are sent (none = no trailers).
   */
  readonly trailerNames?: readonly string[]
  readonly trailers?: () => Readonly<Record<string, string>>
}

export interface WireResponse {
  readonly status: number
  /** Names in lower case; the last one wins; empty values are kept. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
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
   * the peer answered before.
   */
  request(request: WireRequest): Promise<WireResponse>
  /** Drops the connection; a pending request rejects with code `closed`. The wire can be used again afterwards. */
  close(): void
}

export type WireErrorCode =
  /** No connection could be made: nothing was sent. */
  | 'connect'
  /** The connection broke after (part of) the request was sent. */
  | 'broken'
  /** What came back is not HTTP/1.1. */
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

export type WireFactory = (address: WireAddress) => Wire

export interface WireAddress {
  readonly host: string
  readonly port: number
}
