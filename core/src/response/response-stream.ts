import { HostError } from '../errors.ts'

/**
 * A streamed response on its way out: its first part is asked for before the post begins, so that what fails before the first byte is a plain error; what
 * fails later is kept for the trailers.
 */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #signal: AbortSignal
  #first: IteratorResult<Uint8Array> | undefined
  #failure: { readonly thrown: unknown } | undefined
  #whole = false

  /** @throws what the body throws before its first byte, or the signal's reason */
  static async open(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StreamedBody> {
    const streamed = new StreamedBody(body[Symbol.asyncIterator](), signal)
    // An empty part is no byte yet.
    do streamed.#first = await streamed.#next()
    while (!streamed.#first.done && streamed.#first.value.length === 0)
    return streamed
  }

  private constructor(iterator: AsyncIterator<Uint8Array>, signal: AbortSignal) {
    this.#iterator = iterator
    this.#signal = signal
  }

  /** What the producer threw after its first byte, or why it was given up. */
  get failure(): { readonly thrown: unknown } | undefined {
    return this.#failure
  }

  /** The producer came to its end. */
  get whole(): boolean {
    return this.#whole
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let part = this.#first ?? (await this.#next()); !part.done; part = await this.#next()) yield part.value
      this.#whole = true
    } catch (thrown) {
      this.#failure = { thrown }
    } finally {
      // The reader left, or the time is up: so does the producer.
      if (!this.#whole) this.#stop()
    }
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    const signal = this.#signal
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#stop()
        reject(signal.reason as Error)
      }
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort)
      const settle = (): void => signal.removeEventListener('abort', onAbort)
      this.#pull().then(
        (part) => {
          settle()
          if (part.done || (part.value as unknown) instanceof Uint8Array) resolve(part)
          else
            reject(
              new HostError('Runtime.MarshalError', {
                problem: `the handler's stream yielded a value of type ${typeof part.value}`,
                cure: 'it must yield bytes',
              }),
            )
        },
        (error: unknown) => {
          settle()
          reject(error as Error)
        },
      )
      return undefined
    })
  }

  async #pull(): Promise<IteratorResult<Uint8Array>> {
    return this.#iterator.next()
  }

  /** Not awaited: a producer hears of it only when what it waits for has come. */
  #stop(): void {
    this.#return().catch(() => {})
  }

  async #return(): Promise<void> {
    await this.#iterator.return?.()
  }
}
