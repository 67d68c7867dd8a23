import { connect, Socket } from 'node:net'
import { ResponseParser } from './response-parser.ts'
import { WireError } from './wire.ts'
import type { WireAddress, WireResponse } from './wire.ts'

/** Bodies up to this size are copied behind their head, so that both leave in one write of one buffer: cheaper than a vector of two. */
const joinedBody = 16 * 1024
const lineEnd = '\r\n'

/** Bytes that one read can bring. */
export const readSize = 64 * 1024

export interface ConnectionOwner {
  /** A whole response came. */
  answered(connection: Connection, response: WireResponse): void
  /** The connection is gone, of itself. Called once at most, and not after `drop()`. */
  lost(connection: Connection, error: WireError): void
}

/**
 * One TCP connection that carries exchanges one after the other: `send`, perhaps parts of a body, then the owner's `answered`.
 *
 * TCP keep-alive stays off. The Runtime API is on the loopback device of the same virtual machine: when its process dies the
 * kernel says so at once, a freeze stops both ends and the kernel's timers alike, and a probe could only turn a slow thaw into
 * a broken connection.
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
   * `buffer` takes what is read; connections that don't live at the same time can share one.
   * @param inherited a connected socket on which a request was sent already: an exchange that waits for its answer
   */
  constructor(address: WireAddress, owner: ConnectionOwner, buffer: Buffer, inherited?: number) {
    this.#owner = owner
    this.#peer = `${address.host}:${address.port}`
    // `onread` takes the bytes without the stream machinery and without an allocation for each read.
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

  /** It was kept alive after an earlier exchange, and nothing has come back in this one: its end may have been under way when it was used. */
  get mayHaveBeenStale(): boolean {
    return this.#answers > 0 && this.#exchanging && !this.#parser.begun
  }

  /** It can carry another exchange, as far as is known. */
  get reusable(): boolean {
    return !this.#over && this.#parser.reusable && this.#socket.writable && this.#isFresh
  }

  get #isFresh(): boolean {
    return this.#restsUntil === Infinity || Date.now() < this.#restsUntil
  }

  /** Everything written has left for the kernel. */
  get flushed(): boolean {
    return this.#socket.writableLength === 0
  }

  /** Begins an exchange. */
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

  /** Sends a part of a chunked body, not empty. Resolves when there is room for the next, or the connection is over. */
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

  /** Ends the connection at once; the owner hears nothing more of it. */
  drop(): void {
    if (this.#over) return
    this.#over = true
    this.#socket.destroy()
    this.#drained?.()
  }

  #received(bytes: Buffer, size: number): boolean {
    if (this.#over) return false
    try {
      if (!this.#exchanging) throw new WireError('protocol', 'bytes came that nobody asked for')
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
    // Several addresses that were tried make an error without a message.
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
 * Until when an idle connection may be used, in epoch milliseconds, by the hint `Keep-Alive: timeout=SECONDS`: a second before the server closes it,
 * so that a POST, which can't be sent twice, does not meet the closing. By the wall clock, which knows of a freeze once it is over.
 */
function endOfRest(hint: string | undefined): number {
  if (hint === undefined) return Infinity
  const seconds = /(?:^|[\s,;])timeout=(\d+)/i.exec(hint)?.[1]
  return seconds === undefined ? Infinity : Date.now() + (Number(seconds) - 1) * 1000
}
