import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Header } from '../records/record.ts'

/** A request of a client, and the means to answer it. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** Path and query, as they came. */
  readonly target: string
  /** Without the query, still encoded. */
  readonly path: string

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.response = response
    this.method = request.method ?? 'GET'
    this.target = request.url ?? '/'
    this.path = this.target.split('?', 1)[0] as string
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.target.slice(this.path.length + 1))
  }

  /** One value of a header. */
  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** All headers, in the client's order and spelling. */
  get headers(): readonly Header[] {
    const { rawHeaders } = this.request
    return rawHeaders.flatMap((name, at): Header[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : []))
  }

  /** The body; undefined when it has more bytes than that. The remaining bytes are read and discarded. */
  async body(limit: number): Promise<Buffer | undefined> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    }
    return size > limit ? undefined : Buffer.concat(chunks)
  }

  reply(status: number, headers: readonly Header[], body: string | Uint8Array = ''): void {
    const bytes = Buffer.from(body as string)
    if (this.response.destroyed || this.response.headersSent) return
    const all = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
    // These have no body, and no length of one.
    const isBare = status === 204 || status === 304 || status < 200
    this.response.writeHead(
      status,
      [...all, ...(isBare ? [] : [['content-length', String(bytes.length)] as const])].flat() as string[],
    )
    this.response.end(isBare || this.method === 'HEAD' ? undefined : bytes)
  }

  json(status: number, value: unknown, headers: readonly Header[] = []): void {
    this.reply(status, [['content-type', 'application/json'], ...headers], JSON.stringify(value))
  }

  text(status: number, text: string): void {
    this.reply(status, [['content-type', 'text/plain; charset=utf-8']], `${text}\n`)
  }
}
