import { ByteSource } from '../byte-source.ts'
import type { Alarm } from '../contract.ts'
import { settleOrAbort } from '../waiting.ts'

/**
 * A streamed response on its way out: its first byte is waited for before the post begins, so that what fails before is a
 * plain error; what fails later is kept for the trailers.
 */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #source: ByteSource
  readonly #signal: Alarm
  #first: Uint8Array | undefined
  #failure: { readonly thrown: unknown } | undefined
  #whole = false

  /**
   * @param prelude leaves with the first byte, or alone when there is none
   * @throws what the body throws before its first byte, or the signal's reason
   */
  static async open(
    body: AsyncIterable<Uint8Array>,
    prelude: Uint8Array | undefined,
    signal: Alarm,
  ): Promise<StreamedBody> {
    const streamed = new StreamedBody(new ByteSource(body), signal)
    const first = await streamed.#next()
    streamed.#first = first && prelude ? Buffer.concat([prelude, first]) : (first ?? prelude)
    return streamed
  }

  private constructor(source: ByteSource, signal: Alarm) {
    this.#source = source
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
      for (let part = this.#first; part; part = await this.#next()) yield part
      this.#whole = true
    } catch (thrown) {
      this.#failure = { thrown }
    } finally {
      // The reader left.
      this.#source.stop()
    }
  }

  /** The next part. When the time is up it rejects at once, whatever the producer still waits for. */
  async #next(): Promise<Uint8Array | undefined> {
    const signal = this.#signal
    const abort = (): never => {
      this.#source.stop()
      throw signal.reason
    }
    return signal.aborted ? abort() : settleOrAbort(this.#source.next(), signal, abort)
  }
}
