import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { buildConnector } from 'undici'
import { ByteSource } from '../byte-source.ts'
import { checkRequest, hostOf, renderTrailers } from './request-head.ts'
import { UndiciHandler } from './undici-handler.ts'
import { exchangeByRequest, WireError, wireLimits } from './wire.ts'
import type { ExchangeEnd, Wire, WireAddress, WireFactory, WireRequest, WireResponse } from './wire.ts'

/** The longest delay of a Node timer, in milliseconds. */
const never = 2 ** 31 - 1

interface Exchange {
  readonly request: WireRequest
  readonly source: ByteSource | undefined
  readonly resolve: (response: WireResponse) => void
  readonly reject: (error: unknown) => void
  /** The exception of the body's producer: the call rejects with it unchanged. */
  bodyFailure?: { readonly error: unknown }
}

/** A wire on undici: slower and larger than our own, but with a widely used parser. It can't send trailers. */
class UndiciWire implements Wire {
  readonly #address: WireAddress
  #client: Client | undefined
  #socket: Socket | undefined
  #exchange: Exchange | undefined
  #socketWire: Wire | undefined

  constructor(address: WireAddress) {
    this.#address = address
  }

  request(request: WireRequest): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const source = ByteSource.of(request.body)
      try {
        if (this.#exchange) throw new WireError('request', 'this connection already has a running request')
        checkRequest(request)
      } catch (error) {
        source?.stop()
        throw error
      }
      this.#exchange = { request, source, resolve, reject }
      this.#dispatch(this.#exchange)
    })
  }

  exchange<Value>(request: WireRequest, end: ExchangeEnd<Value>): Promise<Value> {
    return exchangeByRequest(this, request, end)
  }

  close(): void {
    const client = this.#client
    this.#client = undefined
    this.#socket?.destroy()
    this.#socket = undefined
    this.#socketWire?.close()
    if (this.#exchange) this.#fail(this.#exchange, new WireError('closed', 'the host closed the connection'))
    client?.destroy().catch(() => {})
  }

  #dispatch(exchange: Exchange): void {
    const { request, source } = exchange
    const kept = this.#socket
    const bytesBefore = kept?.bytesRead
    const handler = new UndiciHandler({
      answered: (response) => this.#answered(exchange, response),
      failed: (cause, error) => {
        // The socket was reused and ended without a byte in this exchange: it may have been closing when the request
        // was sent.
        const stale = kept !== undefined && kept === this.#socket && kept.bytesRead === bytesBefore
        if (stale && request.method === 'GET' && error.code === 'broken') {
          // Deferred, because undici must finish its clean-up first.
          queueMicrotask(() => this.#exchange === exchange && this.#dispatch(exchange))
        } else if (request.method === 'GET' && error.message.includes('Invalid header value char')) {
          void this.#askSocketWire(exchange)
        } else {
          this.#fail(exchange, exchange.bodyFailure && exchange.bodyFailure.error === cause ? cause : error)
        }
      },
    })
    this.#client ??= this.#open()
    const { method, path, headers = {} } = request
    const body = source ? this.#parts(exchange, source) : (request.body ?? null)
    // undici's types omit the iterables that it accepts.
    this.#client.dispatch({ method, path, headers, body: body as Uint8Array | null }, handler)
  }

  /**
   * undici refuses control characters in a header, but an invoker can put one into its client context. The classic
   * platform then sends the same event once more, to a wire that can read it.
   */
  async #askSocketWire(exchange: Exchange): Promise<void> {
    const { openSocketWire } = await import('./socket.ts')
    if (this.#exchange !== exchange) return
    this.#socketWire = openSocketWire(this.#address)
    try {
      this.#answered(exchange, await this.#socketWire.request(exchange.request))
    } catch (error) {
      this.#fail(exchange, error)
    }
    this.#socketWire.close()
  }

  async *#parts(exchange: Exchange, source: ByteSource): AsyncGenerator<Uint8Array> {
    try {
      for (let part = await source.next(); part; part = await source.next()) yield part
      if (this.#exchange === exchange && renderTrailers(exchange.request) !== '') {
        throw new WireError('broken', "undici can't send trailers, so the connection was cut")
      }
    } catch (error) {
      exchange.bodyFailure = { error }
      throw error
    }
  }

  #answered(exchange: Exchange, response: WireResponse): void {
    if (this.#exchange !== exchange) return
    this.#exchange = undefined
    exchange.source?.stop()
    // An unfinished body would precede the next request.
    if (this.#socket?.writableLength) this.#socket.destroy()
    exchange.resolve(response)
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (this.#exchange !== exchange) return
    this.#exchange = undefined
    exchange.source?.stop()
    exchange.reject(error)
  }

  #open(): Client {
    return new Client(`http://${hostOf(this.#address)}`, {
      connect: this.#connect,
      pipelining: 1,
      allowH2: false,
      // The default of 300 s would break an idle /next, and the default of 4 s the connection during a handler's work.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: never,
      keepAliveMaxTimeout: never,
      keepAliveTimeoutThreshold: 1000,
      maxHeaderSize: wireLimits.head,
      maxResponseSize: wireLimits.body,
    })
  }

  /** Replaces undici's own connector, which gives up after 10 s, turns TCP keep-alive on, and hides the socket. */
  readonly #connect: buildConnector.connector = (_options, callback) => {
    const { host, port } = this.#address
    const socket = connect({ host, port, noDelay: true })
    const failed = (error?: NodeJS.ErrnoException) => {
      socket.off('close', closed)
      callback(
        new WireError('connect', `no connection to ${host}:${port}: ${error?.message || (error?.code ?? 'closed')}`, {
          cause: error,
        }),
        null,
      )
    }
    const closed = () => failed()
    socket.once('error', failed)
    socket.once('close', closed)
    socket.once('connect', () => {
      socket.off('error', failed)
      socket.off('close', closed)
      callback(null, socket)
    })
    this.#socket = socket
  }
}

/** Opens no connection yet: the first request does. */
export const openUndiciWire: WireFactory = (address) => new UndiciWire(address)
