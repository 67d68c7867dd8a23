/** Gets each request that is complete. */
export type OnRequest = (method: string, path: string, body: Buffer) => void

const empty = Buffer.alloc(0)

/**
 * Cuts what a client sends into HTTP/1.1 requests: with a length or chunked, split anywhere, several in one piece. As
 * little work as possible for the usual case, a small one whole.
 */
export class RequestParser {
  readonly #onRequest: OnRequest
  #state: 'head' | 'body' | 'size' | 'chunk' | 'trailers' = 'head'
  /** Behind the last complete line. */
  #rest: Buffer = empty
  #missing = 0
  #parts: Buffer[] = []
  #method = ''
  #path = ''

  constructor(onRequest: OnRequest) {
    this.#onRequest = onRequest
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    this.#rest = empty
    while (data.length > 0) {
      const used =
        this.#state === 'head' ? this.#readHead(data) : this.#missing > 0 ? this.#readBytes(data) : this.#readLine(data)
      if (used === 0) {
        this.#rest = data
        return
      }
      data = data.subarray(used)
    }
  }

  #readHead(data: Buffer): number {
    const end = data.indexOf('\r\n\r\n')
    if (end < 0) return 0
    const head = data.toString('latin1', 0, end)
    const space = head.indexOf(' ')
    this.#method = head.slice(0, space)
    this.#path = head.slice(space + 1, head.indexOf(' ', space + 1))
    if (this.#method === 'GET') {
      this.#onRequest(this.#method, this.#path, empty)
      return end + 4
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const whole = end + 4 + Number(length ?? 0)
    if (length === undefined) {
      this.#state = /\r\ntransfer-encoding: *chunked/i.test(head) ? 'size' : 'head'
      if (this.#state === 'head') this.#onRequest(this.#method, this.#path, empty)
    } else if (data.length >= whole) {
      this.#onRequest(this.#method, this.#path, data.subarray(end + 4, whole))
      return whole
    } else {
      this.#state = 'body'
      this.#missing = Number(length)
    }
    return end + 4
  }

  #readBytes(data: Buffer): number {
    const part = data.subarray(0, this.#missing)
    this.#parts.push(part)
    this.#missing -= part.length
    if (this.#missing === 0 && this.#state === 'body') this.#finish()
    return part.length
  }

  /** A chunk's size, the end of its line, or a trailer. */
  #readLine(data: Buffer): number {
    const end = data.indexOf('\r\n')
    if (end < 0) return 0
    if (this.#state === 'trailers') {
      if (end === 0) this.#finish()
    } else if (this.#state === 'chunk') {
      this.#state = 'size'
    } else {
      this.#missing = Number.parseInt(data.toString('latin1', 0, end), 16)
      this.#state = this.#missing === 0 ? 'trailers' : 'chunk'
    }
    return end + 2
  }

  #finish(): void {
    const parts = this.#parts.splice(0)
    this.#state = 'head'
    this.#onRequest(this.#method, this.#path, parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts))
  }
}
