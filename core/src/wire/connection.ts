import { connect, Socket } from 'node:net'
import { ResponseParser } from './response-parser.ts'
import { WireError } from './wire.ts'
import type { WireAddress, WireResponse } from './wire.ts'

/**
 * Bodies up to this size are copied behind their head, so that one write sends one buffer: cheaper than a vector of
 * two.
 */
const joinedBody = 16 * 1024
const lineEnd = '\r\n'

/** Largest number of bytes of one read. */
export const readSize = 64 * 1024

export interface ConnectionOwner {
  /** Called with each whole response. */
  answered(connection: Connection, response: WireResponse): void
  /** Called when the connection ended by itself: once at most, and not after `drop()`. */
  lost(connection: Connection, error: WireError): void
}

/**
 * One TCP connection for exchanges one after the other: `send`, perhaps parts of a body, then the owner's `answered`.
 *
 * TCP keep-alive stays off. The Runtime API is on the loopback device of the same virtual machine. When its process
 * dies, the kernel reports it at once. A freeze stops both ends and the kernel's timers alike, and a probe could only
 * turn a slow thaw into a broken connection.
 */
export class Connection {
  readonly #socket: Socket
  readonly #parser = new ResponseParser()
  readonly #owner: ConnectionOwner
  readonly #peer: string
  #established = false
  #over = false
  #exchanging = false
  #answers = 0
  #restsUntil = Infinity
  #drained: (() => void) | undefined

  /**
   * `buffer` receives the bytes of reads; connections that don't exist at the same time can share one.
   * @param inherited a connected socket with a request that is sent already: its answer is still expected
   */
  constructor(address: WireAddress, owner: ConnectionOwner, buffer: Buffer, inherited?: number) {
    this.#owner = owner
    this.#peer = `${address.host}:${address.port}`
    // `onread` delivers the bytes without Node's streams and without an allocation for each read.
    const onread = { buffer, callback: (size: number) => this.#received(buffer, size) }
    this.#established = this.#exchanging = inherited !== undefined
    this.#socket =
      inherited === undefined
        ? connect({ host: address.host, port: address.port, noDelay: true, onread })
        : new Socket({ fd: inherited, readable: true, writable: true, onread })
    this.#socket.on('connect', () => (this.#established = true))
    this.#socket.on('drain', () => this.#drained?.())
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('error', (error) => this.#failed(error))
    this.#socket.on('close', () => this.#lose(new WireError('broken', `the connection to ${this.#peer} closed`)))
  }

  /**
   * True if the connection is reused and no byte has arrived in this exchange: it may have been closing when the
   * request was sent.
   */
  get mayHaveBeenStale(): boolean {
    return this.#answers > 0 && this.#exchanging && !this.#parser.begun
  }

  /** True if it can carry another exchange, as far as this side knows. */
  get reusable(): boolean {
    return !this.#over && this.#parser.reusable && this.#socket.writable && this.#isFresh
  }

  get #isFresh(): boolean {
    return this.#restsUntil === Infinity || Date.now() < this.#restsUntil
  }

  /** True if all written bytes are in the kernel. */
  get flushed(): boolean {
    return this.#socket.writableLength === 0
  }

  /** Starts an exchange. */
  send(head: string, body?: Uint8Array): void {
    this.#exchanging = true
    if (!body || body.length === 0) {
      this.#socket.write(head, 'latin1')
    } else if (body.length <= joinedBody) {
      const bytes = Buffer.allocUnsafe(head.length + body.length)
      bytes.write(head, 'latin1')
      bytes.set(body, head.length)
      this.#socket.write(bytes)
    } else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    }
  }

  /**
   * Sends a part of a chunked body, not empty. Resolves when there is room for the next part, or the connection has
   * ended.
   */
  sendChunk(part: Uint8Array): Promise<void> | undefined {
    if (this.#over) return undefined
    this.#socket.cork()
    this.#socket.write(part.length.toString(16) + lineEnd, 'latin1')
    this.#socket.write(part)
    const room = this.#socket.write(lineEnd, 'latin1')
    this.#socket.uncork()
    if (room) return undefined
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  /** Ends a chunked body; `trailers` are whole lines. */
  sendLastChunk(trailers: string): void {
    if (!this.#over) this.#socket.write(`0${lineEnd}${trailers}${lineEnd}`, 'latin1')
  }

  /** Closes the connection at once; its owner gets no further call. */
  drop(): void {
    if (this.#over) return
    this.#over = true
    this.#socket.destroy()
    this.#drained?.()
  }

  #received(bytes: Buffer, size: number): boolean {
    if (this.#over) return false
    try {
      if (!this.#exchanging) throw new WireError('protocol', 'the server sent bytes without a request')
      this.#take(this.#parser.push(bytes, size))
    } catch (error) {
      this.#lose(
        error instanceof WireError ? error : new WireError('protocol', "the response can't be read", { cause: error }),
      )
    }
    return !this.#over
  }

  #ended(): void {
    try {
      this.#take(this.#parser.end())
    } catch (error) {
      this.#failed(error)
    }
    this.#lose(new WireError('broken', `${this.#peer} closed the connection`))
  }

  #take(response: WireResponse | undefined): void {
    if (!response) return
    this.#exchanging = false
    this.#answers++
    this.#restsUntil = endOfRest(response.header('keep-alive'))
    this.#owner.answered(this, response)
  }

  #failed(error: unknown): void {
    if (error instanceof WireError) {
      this.#lose(error)
      return
    }
    // If several addresses were tried, the error has no message.
    const reason = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error)
    this.#lose(
      this.#established
        ? new WireError('broken', `the connection to ${this.#peer} broke: ${reason}`, { cause: error })
        : new WireError('connect', `no connection to ${this.#peer}: ${reason}`, { cause: error }),
    )
  }

  #lose(error: WireError): void {
    if (this.#over) return
    this.drop()
    this.#owner.lost(this, error)
  }
}

/**
 * Time until which an idle connection may be used, in epoch milliseconds, by the hint `Keep-Alive: timeout=SECONDS`. It
 * is a second before the server closes, so that a POST, which can't be sent twice, is not lost. It uses the wall clock,
 * which includes the time of a freeze.
 */
function endOfRest(hint: string | undefined): number {
  if (hint === undefined) return Infinity
  const seconds = /(?:^|[\s,;])timeout=(\d+)/i.exec(hint)?.[1]
  return seconds === undefined ? Infinity : Date.now() + (Number(seconds) - 1) * 1000
}
