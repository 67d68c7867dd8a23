import { ByteSource } from '../byte-source.ts'
import type { Alarm } from '../contract.ts'
import { settleOrAbort } from '../waiting.ts'

/**
 * A streamed response that is being sent. It waits for the first byte before the post begins, so that an earlier
 * failure is a plain error; a later failure goes into the trailers.
 */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #source: ByteSource
  readonly #signal: Alarm
  #first: Uint8Array | undefined
  #failure: { readonly thrown: unknown } | undefined
  #whole = false

  /**
   * @param prelude sent with the first byte, or alone if there is none
   * @throws the body's error before its first byte, or the signal's reason
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

  /** The producer's error after its first byte, or the reason of the abort. */
  get failure(): { readonly thrown: unknown } | undefined {
    return this.#failure
  }

  /** True if the producer has finished. */
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
      // Called when the reader has stopped.
      this.#source.stop()
    }
  }

  /** The next part. At an abort it rejects at once, even if the producer still waits. */
  async #next(): Promise<Uint8Array | undefined> {
    const signal = this.#signal
    const abort = (): never => {
      this.#source.stop()
      throw signal.reason
    }
    return signal.aborted ? abort() : settleOrAbort(this.#source.next(), signal, abort)
  }
}
