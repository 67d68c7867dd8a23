import { HostError } from './errors.ts'

/**
 * The producer of a stream of bytes. It ends once: at its own end, by its own failure, or because the reader stopped.
 */
export class ByteSource {
  readonly #iterator: AsyncIterator<unknown>
  #over = false

  constructor(body: AsyncIterable<unknown>) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  /** Returns `undefined` for a body that is not streamed. */
  static of(body: Uint8Array | AsyncIterable<unknown> | undefined): ByteSource | undefined {
    return body === undefined || body instanceof Uint8Array ? undefined : new ByteSource(body)
  }

  /** True if no further bytes come: the producer ended, threw, or was stopped. */
  get over(): boolean {
    return this.#over
  }

  /**
   * The next non-empty part; `undefined` at the end, or if `stop()` was called meanwhile. Rejects with the producer's
   * error, or with HostError `Runtime.MarshalError` for a part that is not bytes.
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
   * Ends the producer, unless it has ended. The call is not awaited: a generator handles `return()` only after its
   * current wait, and no code could handle an error of its clean-up.
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
