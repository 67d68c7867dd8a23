import { ByteSink } from './byte-sink.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { ResponseHeadReader } from './response-head.ts'
import type { ResponseHead } from './response-head.ts'
import { ParsedResponse } from './response.ts'
import { WireError, wireLimits } from './wire.ts'
import type { WireResponse } from './wire.ts'

const emptyLine = '\r\n\r\n'
const headEnd = Buffer.from(emptyLine)
/** Bytes of a head that are looked at as text before it is known to be whole. */
const usualHead = 4096
const beginning = 'HTTP/1.'

/**
 * Reads the responses of a connection, one after the other, in pieces of any size. It knows no socket.
 *
 * Interim responses (1xx) are skipped. After an exception the parser can't be used any more.
 */
export class ResponseParser {
  readonly #sink = new ByteSink()
  readonly #headBytes = new ByteSink()
  readonly #heads = new ResponseHeadReader()
  #head: ResponseHead | undefined
  #chunked: ChunkedDecoder | undefined
  #begun = false
  #reusable = true

  /** True if a part of an incomplete response has arrived. */
  get begun(): boolean {
    return this.#begun
  }

  /**
   * True if another response can follow the last complete one: the connection is kept alive, and no byte came after the
   * response.
   */
  get reusable(): boolean {
    return this.#reusable
  }

  /**
   * Reads the next bytes, which may be overwritten afterwards, and returns the response if they complete it.
   * @param size the number of valid bytes
   * @throws WireError `protocol`, also for bytes after the last response
   */
  push(bytes: Buffer, size = bytes.length): WireResponse | undefined {
    if (!this.#reusable) throw new WireError('protocol', 'the server sent bytes after the end of the last response')
    let at = 0
    while (at < size) {
      this.#begun = true
      if (this.#head) {
        at = this.#readBody(this.#head, bytes, at, size)
      } else {
        at = this.#readHead(bytes, at, size)
        if (!this.#head) continue
        const { body } = this.#head
        // Fast path: nearly always the body arrives with its head.
        if (typeof body === 'number' && body <= size - at)
          return this.#finish(this.#head, copyOf(bytes, at, body), at + body === size)
        this.#expectBody(this.#head)
      }
      if (this.#bodyComplete(this.#head)) return this.#finish(this.#head, this.#sink.take(), at === size)
    }
    return undefined
  }

  /**
   * Reports the end of the connection, which completes a response without a length.
   * @throws WireError `broken` in the middle of a response
   */
  end(): WireResponse | undefined {
    if (this.#head?.body === 'close') return this.#finish(this.#head, this.#sink.take(), true)
    if (this.#begun) throw new WireError('broken', 'the connection ended in the middle of the response')
    return undefined
  }

  #readHead(bytes: Buffer, at: number, size: number): number {
    const held = this.#headBytes.length
    if (held === 0) {
      // Fast path: nearly always the head arrives in one piece. It is needed as text, and a search in text takes less
      // than one in bytes.
      const text = bytes.toString('latin1', at, Math.min(size, at + usualHead))
      const end = text.indexOf(emptyLine)
      if (end >= 0) {
        this.#takeHead(text.slice(0, end))
        return at + end + emptyLine.length
      }
    }
    // The buffer never exceeds the limit, and only the new part is searched, so many small pieces stay cheap.
    const part = Math.min(size, at + wireLimits.head + headEnd.length - held)
    this.#headBytes.append(bytes, at, part)
    const found = this.#headBytes.peek().indexOf(headEnd, Math.max(0, held - headEnd.length + 1))
    if (found < 0) {
      if (this.#headBytes.length >= wireLimits.head + headEnd.length) this.#refuseHead()
      this.#checkBeginning(held)
      return part
    }
    const all = this.#headBytes.take()
    if (found > wireLimits.head) this.#refuseHead()
    this.#takeHead(all.toString('latin1', 0, found))
    return at + found + headEnd.length - held
  }

  /**
   * Refuses bytes at once that can't become a head: a peer with another protocol or other line ends may wait for us for
   * ever.
   */
  #checkBeginning(from: number): void {
    const bytes = this.#headBytes.peek()
    const start = bytes.toString('latin1', 0, beginning.length)
    if (!beginning.startsWith(start)) {
      throw new WireError(
        'protocol',
        `the response begins with '${bytes.toString('latin1', 0, 40)}', not with an HTTP/1.1 status line`,
      )
    }
    for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
      if (bytes[at - 1] !== 0x0d)
        throw new WireError('protocol', "a line in the response's head ends without a carriage return")
    }
  }

  #takeHead(text: string): void {
    const head = this.#heads.read(text)
    if (head.status === 101)
      throw new WireError('protocol', 'the server switched to another protocol without a request for it')
    if (head.status < 200) return
    this.#head = head
  }

  #expectBody(head: ResponseHead): void {
    if (head.body === 'chunked') this.#chunked = new ChunkedDecoder(this.#sink)
    else if (head.body !== 'close') this.#sink.expect(head.body)
  }

  #refuseHead(): never {
    throw new WireError('protocol', `the response's head is larger than ${wireLimits.head} bytes`)
  }

  #readBody(head: ResponseHead, bytes: Buffer, at: number, size: number): number {
    if (this.#chunked) return this.#chunked.write(size === bytes.length ? bytes : bytes.subarray(0, size), at)
    const end = typeof head.body === 'number' ? Math.min(size, at + head.body - this.#sink.length) : size
    this.#sink.append(bytes, at, end)
    return end
  }

  #bodyComplete(head: ResponseHead): boolean {
    return this.#chunked ? this.#chunked.done : this.#sink.length === head.body
  }

  #finish(head: ResponseHead, body: Buffer, nothingLeft: boolean): WireResponse {
    this.#reusable = head.keepAlive && nothingLeft
    this.#head = undefined
    this.#chunked = undefined
    this.#begun = false
    return new ParsedResponse(head, body)
  }
}

const empty = Buffer.alloc(0)

function copyOf(bytes: Buffer, start: number, length: number): Buffer {
  if (length === 0) return empty
  const copy = Buffer.allocUnsafe(length)
  bytes.copy(copy, 0, start, start + length)
  return copy
}
