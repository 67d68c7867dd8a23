import { HostError } from './errors.ts'

/**
 * The producer of a stream of bytes, which ends once: at its own end, at its own failure, or because nobody reads on.
 */
export class ByteSource {
  readonly #iterator: AsyncIterator<unknown>
  #over = false

  constructor(body: AsyncIterable<unknown>) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  /** `undefined` for a body that is not streamed. */
  static of(body: Uint8Array | AsyncIterable<unknown> | undefined): ByteSource | undefined {
    return body === undefined || body instanceof Uint8Array ? undefined : new ByteSource(body)
  }

  /** Nothing more comes: its end was reached, it threw, or it was stopped. */
  get over(): boolean {
    return this.#over
  }

  /**
   * The next part that is not empty; `undefined` when there is none, or `stop()` was called meanwhile.
   * Rejects with what the producer throws, or with HostError `Runtime.MarshalError` when a part is not bytes.
   */
  async next(): Promise<Uint8Array | undefined> {
    while (!this.#over) {
      const part = await this.#pull()
      if (this.#over) return undefined
      if (part === undefined) this.#over = true
      else if (part.length > 0) return part
    }
    return undefined
  }

  /**
   * Ends the producer, if it is not at its end. Not awaited: a generator sees `return()` only when what it waits for has come, and what its
   * clean-up throws has nobody left to be told to.
   */
  stop(): void {
    if (this.#over) return
    this.#over = true
    this.#return().catch(() => {})
  }

  async #pull(): Promise<Uint8Array | undefined> {
    let part: IteratorResult<unknown>
    try {
      part = await this.#iterator.next()
    } catch (error) {
      if (this.#over) return undefined
      this.#over = true
      throw error
    }
    if (part.done) return undefined
    if (part.value instanceof Uint8Array) return part.value
    this.stop()
    throw new HostError('Runtime.MarshalError', {
      problem: `the handler's stream yielded a value of type ${typeof part.value}`,
      cure: 'it must yield bytes',
    })
  }

  async #return(): Promise<void> {
    await this.#iterator.return?.()
  }
}
