/**
 * Connects a producer that pushes bytes to a consumer that pulls them. A push resolves when the consumer is ready for
 * more.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #parts: Uint8Array[] = []
  #waiting: (() => void) | undefined
  #consumed: (() => void)[] = []
  #ended = false
  #abandoned = false
  #error: { readonly thrown: unknown } | undefined

  push(part: Uint8Array): Promise<void> | undefined {
    if (this.#abandoned || part.length === 0) return undefined
    this.#parts.push(part)
    this.#wake()
    return new Promise((resolve) => this.#consumed.push(resolve))
  }

  end(last?: Uint8Array): void {
    if (last) void this.push(last)
    this.#ended = true
    this.#wake()
  }

  fail(thrown: unknown): void {
    this.#error = { thrown }
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const part = this.#parts.shift()
        if (part) {
          yield part
          if (this.#parts.length === 0) this.#release()
        } else if (this.#error) {
          throw this.#error.thrown
        } else if (this.#ended) {
          return
        } else {
          await new Promise<void>((resolve) => {
            this.#waiting = resolve
          })
        }
      }
    } finally {
      // The consumer has stopped, so the producer must not wait for it.
      this.#abandoned = true
      this.#parts.length = 0
      this.#release()
    }
  }

  #wake(): void {
    this.#waiting?.()
    this.#waiting = undefined
  }

  #release(): void {
    for (const resolve of this.#consumed.splice(0)) resolve()
  }
}
