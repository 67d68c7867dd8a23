import type { ServerResponse } from 'node:http'
import { bodyOf } from '../records/body.ts'
import type { Header, InvocationRecord } from '../records/record.ts'
import { drained } from '../server/drained.ts'

/** The kept part of an answer, for its record. */
const keptBytes = 1024 * 1024

/**
 * Passes an answer to a client, and keeps the client's view. Without a client, as for the page's form, it only keeps
 * the answer.
 */
export class AnswerSink {
  readonly #response: ServerResponse | undefined
  readonly #kept: Buffer[] = []
  #status = 0
  #headers: readonly Header[] = []
  #size = 0

  constructor(response?: ServerResponse) {
    this.#response = response
  }

  /** The head is out: nothing else can be answered any more. */
  get hasBegun(): boolean {
    return this.#status !== 0
  }

  get status(): number {
    return this.#status
  }

  /** @param length bytes of the body; absent = a stream */
  begin(status: number, headers: readonly Header[], length?: number): void {
    const own = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
    const isBare = status === 204 || status === 304 || status < 200
    const all = length === undefined || isBare ? own : [...own, ['content-length', String(length)] as const]
    const response = this.#response
    if (response && !response.destroyed) {
      // Node takes characters up to 255 in a header: the bytes of UTF-8, as AWS sends them.
      const sent = all.map(([name, value]) => [name, Buffer.from(value).toString('latin1')])
      response.writeHead(status, sent.flat())
      if (length === undefined) response.flushHeaders()
    }
    // Only now: what Node refuses may still be answered otherwise.
    this.#status = status
    this.#headers = all
  }

  /** Waits for a client that reads slowly. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#size < keptBytes) this.#kept.push(Buffer.from(bytes.subarray(0, keptBytes - this.#size)))
    this.#size += bytes.length
    const response = this.#response
    if (!response || response.destroyed || response.req.method === 'HEAD' || bytes.length === 0) return
    if (!response.write(bytes)) await drained(response)
  }

  /** Resolves when the client has it all, or is gone. */
  async end(): Promise<void> {
    const response = this.#response
    if (!response || response.destroyed) return
    await new Promise<void>((resolve) => {
      response.once('close', resolve)
      response.end(resolve)
    })
  }

  /** Cuts the connection: a stream that failed after its beginning. */
  cut(): void {
    this.#response?.destroy()
  }

  record(): InvocationRecord['answer'] {
    return { status: this.#status, headers: this.#headers, body: bodyOf(Buffer.concat(this.#kept), this.#size) }
  }
}
