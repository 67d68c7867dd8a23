/**
 * One HTTP/1.1 connection to the Runtime API, with one request at a time. There are two implementations, `socket`
 * (ours) and `undici`; the configuration key `transport` chooses one.
 */

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Path with the leading slash, percent-encoded. */
  readonly path: string
  /**
   * Without the headers that the wire sets itself: `host`, `connection`, `content-length`, `transfer-encoding`,
   * `trailer`. Values are latin1 without control characters.
   */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * The body of a POST. Bytes are sent with their length and must not change until the call settles. An async iterable
   * is sent chunked, each part at once, with back-pressure.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Only with a streamed body: the names in the `Trailer` header. When the iterable ends, the values from `trailers()`
   * for these names are sent (none = no trailers). After the response the connection is dropped, as the platform asks
   * for. The `undici` wire can't send trailers: it cuts the connection instead, and the call rejects with code
   * `broken`.
   */
  readonly trailerNames?: readonly string[]
  readonly trailers?: () => Readonly<Record<string, string>>
}

export interface WireResponse {
  readonly status: number
  /**
   * Names in lower case; the last value of a name wins; empty values are kept; values are latin1. Without a prototype.
   */
  readonly headers: Readonly<Record<string, string>>
  /** One header, without making the object of all headers. @param name in lower case */
  header(name: string): string | undefined
  /** True if the head has only printable ASCII: no value needs a check for control characters, or decoding. */
  readonly isPlain: boolean
  /**
   * Memory that is never written again. Small bodies lie in Node's buffer pool, so don't transfer its `ArrayBuffer`.
   */
  readonly body: Buffer
}

/** Callbacks for the end of an exchange. */
export interface ExchangeEnd<Value> {
  /** Called with the response; its result or exception settles the exchange. */
  take(response: WireResponse): Value
  /** Called with the error; the exchange rejects with its result. */
  refuse(error: unknown): unknown
}

/** {@link Wire.exchange} for a wire whose requests are promises. */
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
   * Sends one request and waits for its whole response, without a time limit. Opens a connection if there is none, or
   * if the old one is known to be closed.
   *
   * A reused connection may turn out dead before the first byte of the response. Then a GET is sent once more on a new
   * connection, but a POST is not, because it may have arrived. Rejects with {@link WireError}.
   *
   * If the body's iterable throws, the connection is cut (the peer sees a truncated request) and the call rejects with
   * that error, unless the peer answered before. An answer before the end of the body (413, 400) is returned at once:
   * the iterable is stopped with `return()` and the connection dropped. When the call settles, the iterable has ended
   * or was stopped.
   */
  request(request: WireRequest): Promise<WireResponse>
  /** Like {@link request}, but settles with the result of a callback: one promise instead of several. */
  exchange<Value>(request: WireRequest, end: ExchangeEnd<Value>): Promise<Value>
  /** Opens the connection before the first request. A failure is ignored: the request tries again. */
  open?(): void
  /** Drops the connection; a pending request rejects with code `closed`. The wire can be used again afterwards. */
  close(): void
}

export type WireErrorCode =
  /** The request is invalid (a line break in a header), or another one is running: nothing was sent. */
  | 'request'
  /** No connection could be made: nothing was sent. */
  | 'connect'
  /** The connection broke after a part of the request was sent, or in the middle of the response. */
  | 'broken'
  /** The response is not HTTP/1.1, or is larger than {@link wireLimits} allow. */
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

/**
 * Limits in bytes. A larger response is refused with code `protocol`, so that a faulty peer can't use up the memory.
 */
export const wireLimits = {
  /**
   * Status line and headers. Lambda's largest header, the client context, has at most 3,583 bytes; the emulator accepts
   * a mebibyte from an invoker, as Go's server does.
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
