import { WireError, wireLimits } from './wire.ts'

/** The most memory that is allocated for an announced length; beyond it the buffer grows with the arriving bytes. */
const trustedLength = 8 * 1024 * 1024
const empty = Buffer.alloc(0)

/** Collects a response's body. Each byte is copied once if the length is known, else a constant number of times. */
export class ByteSink {
  #buffer = empty
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Allocates memory for `length` bytes in total. @throws WireError `protocol` above {@link wireLimits}. */
  expect(length: number): void {
    if (length > wireLimits.body)
      throw new WireError('protocol', `the response's body is larger than ${wireLimits.body} bytes`)
    this.#reserve(Math.min(length, trustedLength))
  }

  /**
   * Copies `source` from `start` to `end`: the source may be overwritten afterwards.
   * @throws WireError `protocol` above {@link wireLimits}.
   */
  append(source: Buffer, start = 0, end = source.length): void {
    const length = this.#length + end - start
    if (length > this.#buffer.length) {
      if (length > wireLimits.body)
        throw new WireError('protocol', `the response's body is larger than ${wireLimits.body} bytes`)
      this.#reserve(Math.max(length, this.#buffer.length * 2))
    }
    source.copy(this.#buffer, this.#length, start, end)
    this.#length = length
  }

  /** The collected bytes; valid until the next call. */
  peek(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Returns the collected bytes and empties the sink. */
  take(): Buffer {
    const bytes = this.peek()
    this.#buffer = empty
    this.#length = 0
    return bytes
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(size)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
