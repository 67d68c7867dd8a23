import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface RawResponse {
  readonly status: number
  /** Names and values in the case in which they came, values as latin1. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
  header(name: string): string | undefined
}

/** A runtime's end of the Runtime API on a bare socket, so that a test sees and sends exactly what is on the wire. */
export class RawRuntime {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #changed = Promise.withResolvers<void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('end', () => this.#wake())
    socket.on('close', () => this.#wake())
  }

  static async connect(address: string): Promise<RawRuntime> {
    const [host, port] = address.split(':') as [string, string]
    const socket = connect({ host, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawRuntime(socket)
  }

  async next(): Promise<RawResponse> {
    return this.request('GET /2018-06-01/runtime/invocation/next')
  }

  /** Takes an event; gives its id too. */
  async take(): Promise<RawResponse & { readonly id: string }> {
    const response = await this.next()
    return { ...response, id: response.header('Lambda-Runtime-Aws-Request-Id') ?? '' }
  }

  async post(
    path: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawResponse> {
    return this.request(
      `POST /2018-06-01/runtime/${path}`,
      { 'Content-Length': String(Buffer.byteLength(body)), ...headers },
      body,
    )
  }

  async request(
    line: string,
    headers: Readonly<Record<string, string>> = {},
    body: string | Uint8Array = '',
  ): Promise<RawResponse> {
    this.socket.cork()
    this.start(line, headers)
    if (body.length > 0) this.socket.write(body)
    this.socket.uncork()
    return this.response()
  }

  /** Sends a request's head alone. */
  start(line: string, headers: Readonly<Record<string, string>> = {}): void {
    const lines = Object.entries({ Host: 'runtime', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`)
  }

  chunk(bytes: string | Uint8Array): void {
    this.socket.write(`${Buffer.byteLength(bytes).toString(16)}\r\n`)
    this.socket.write(bytes)
    this.socket.write('\r\n')
  }

  lastChunk(trailers: Readonly<Record<string, string>> = {}): void {
    this.socket.write(
      `0\r\n${Object.entries(trailers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    )
  }

  /** Waits for a whole response; rejects when the connection ends before. */
  async response(): Promise<RawResponse> {
    for (;;) {
      const parsed = this.#parse()
      if (parsed) return parsed
      if (this.socket.destroyed || this.socket.readableEnded)
        throw new Error('the connection was closed without a response')
      await this.#changed.promise
    }
  }

  /** Resolves when the peer has closed or reset the connection. */
  async closed(): Promise<void> {
    while (!this.socket.destroyed && !this.socket.readableEnded) await this.#changed.promise
  }

  close(): void {
    this.socket.destroy()
  }

  #wake(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  #parse(): RawResponse | undefined {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [statusLine = '', ...lines] = this.#received.subarray(0, end).toString('latin1').split('\r\n')
    const headers = lines.map(
      (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
    )
    const header = (name: string) => headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
    const bodyEnd = end + 4 + Number(header('content-length'))
    if (this.#received.length < bodyEnd) return undefined
    const body = this.#received.subarray(end + 4, bodyEnd)
    this.#received = this.#received.subarray(bodyEnd)
    return { status: Number(statusLine.split(' ')[1]), headers, body, header }
  }
}
