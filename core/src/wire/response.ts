import type { ResponseHead } from './response-head.ts'
import type { WireResponse } from './wire.ts'

/** A response of our own parser. The object with all headers is made on first use. */
export class ParsedResponse implements WireResponse {
  readonly body: Buffer
  readonly #head: ResponseHead

  constructor(head: ResponseHead, body: Buffer) {
    this.#head = head
    this.body = body
  }

  get status(): number {
    return this.#head.status
  }

  get isPlain(): boolean {
    return this.#head.isPlain
  }

  get headers(): Readonly<Record<string, string>> {
    const { names, values } = this.#head
    const headers: Record<string, string> = Object.create(null)
    for (const [index, name] of names.entries()) headers[name] = values[index] as string
    return headers
  }

  header(name: string): string | undefined {
    const { names, values } = this.#head
    return values[names.lastIndexOf(name)]
  }
}
