/**
 * A streamed response on its way out: its first part is asked for before the post begins, so that what fails before the first byte is a plain error; what
 * fails later is kept for the trailers.
 */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #aborted: Promise<never>
  #first: IteratorResult<Uint8Array> | undefined
  #failure: { readonly thrown: unknown } | undefined

  /** @throws what the body throws before its first byte, or the signal's reason */
  static async open(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StreamedBody> {
    const streamed = new StreamedBody(body[Symbol.asyncIterator](), signal)
    streamed.#first = await streamed.#next()
    return streamed
  }

  private constructor(iterator: AsyncIterator<Uint8Array>, signal: AbortSignal) {
    this.#iterator = iterator
    this.#aborted = new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason as Error)
      else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
    this.#aborted.catch(() => {})
  }

  get failure(): { readonly thrown: unknown } | undefined {
    return this.#failure
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let done = false
    try {
      for (let part = this.#first ?? (await this.#next()); !part.done; part = await this.#next()) yield part.value
      done = true
    } catch (thrown) {
      done = true
      this.#failure = { thrown }
    } finally {
      // The reader left: so does the producer.
      if (!done) await this.#iterator.return?.()
    }
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    return Promise.race([this.#iterator.next(), this.#aborted])
  }
}
