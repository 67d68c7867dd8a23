import { ByteSource } from '../byte-source.ts'
import { Connection, readSize } from './connection.ts'
import type { ConnectionOwner } from './connection.ts'
import { hostOf, RequestHeads, renderTrailers } from './request-head.ts'
import { WireError } from './wire.ts'
import type { ExchangeEnd, Wire, WireAddress, WireFactory, WireRequest, WireResponse } from './wire.ts'

interface Exchange {
  readonly request: WireRequest
  readonly head: string
  readonly source: ByteSource | undefined
  /** Resolves or rejects the promise. */
  answered(response: WireResponse): void
  failed(error: unknown): void
  /** Trailers were sent, so the connection is not used again. */
  last: boolean
}

/** A wire on `node:net` only: importing an HTTP library would cost more than the rest of the host's start. */
class SocketWire implements Wire, ConnectionOwner {
  readonly #address: WireAddress
  readonly #heads: RequestHeads
  readonly #buffer = Buffer.allocUnsafeSlow(readSize)
  #connection: Connection | undefined
  #exchange: Exchange | undefined

  constructor(address: WireAddress) {
    this.#address = address
    this.#heads = new RequestHeads(hostOf(address))
  }

  open(): void {
    this.#connect()
  }

  request(request: WireRequest): Promise<WireResponse> {
    return this.exchange(request, asItIs)
  }

  exchange<Value>(request: WireRequest, end: ExchangeEnd<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => reject(end.refuse(error) as Error)
      const source = ByteSource.of(request.body)
      let head: string
      try {
        if (this.#exchange) throw new WireError('request', 'this connection already has a running request')
        head = this.#heads.render(request)
      } catch (error) {
        source?.stop()
        return failed(error)
      }
      const answered = (response: WireResponse): void => {
        try {
          resolve(end.take(response))
        } catch (error) {
          reject(error as Error)
        }
      }
      this.#exchange = { request, head, source, answered, failed, last: false }
      this.#send(this.#exchange)
      return undefined
    })
  }

  close(): void {
    this.#drop()
    this.#fail(new WireError('closed', 'the host closed the connection'))
  }

  answered(connection: Connection, response: WireResponse): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#exchange = undefined
    // An unfinished body would precede the next request.
    const unfinished = exchange.source?.over === false || !connection.flushed
    exchange.source?.stop()
    if (unfinished || exchange.last || !connection.reusable) this.#drop()
    exchange.answered(response)
  }

  lost(connection: Connection, error: WireError): void {
    this.#connection = undefined
    const exchange = this.#exchange
    if (exchange?.request.method === 'GET' && connection.mayHaveBeenStale) {
      // A new connection can't be stale, so there is no third attempt.
      this.#send(exchange)
    } else {
      this.#fail(error)
    }
  }

  #connect(): Connection {
    if (this.#connection?.reusable === false) this.#drop()
    this.#connection ??= new Connection(this.#address, this, this.#buffer)
    return this.#connection
  }

  #send(exchange: Exchange): void {
    const connection = this.#connect()
    const { head, source, request } = exchange
    if (source) {
      connection.send(head)
      void this.#stream(exchange, source, connection)
    } else {
      connection.send(head, request.body as Uint8Array | undefined)
    }
  }

  async #stream(exchange: Exchange, source: ByteSource, connection: Connection): Promise<void> {
    try {
      for (let part = await source.next(); part; part = await source.next()) {
        await connection.sendChunk(part)
      }
      if (this.#exchange !== exchange) return
      const trailers = renderTrailers(exchange.request)
      exchange.last = trailers !== ''
      connection.sendLastChunk(trailers)
    } catch (error) {
      if (this.#exchange !== exchange) return
      this.#drop()
      this.#fail(error)
    }
  }

  #drop(): void {
    this.#connection?.drop()
    this.#connection = undefined
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#exchange = undefined
    exchange.source?.stop()
    exchange.failed(error)
  }
}

const asItIs: ExchangeEnd<WireResponse> = { take: (response) => response, refuse: (error) => error }

/** Opens no connection yet: `open()` or the first request does. */
export const openSocketWire: WireFactory = (address) => new SocketWire(address)
