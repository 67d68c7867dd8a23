/**
 * Ends waits when the host ends. `Promise.race` with the promise of the host's end would keep every awaited value in
 * memory.
 */
export class HostWatch {
  readonly #waiting = new Set<(error: Error) => void>()
  #end: Error | undefined

  /** @param explain makes the error, once the host has ended by itself */
  constructor(ended: Promise<string>, explain: (reason: string) => Error) {
    void ended.then((reason) => {
      this.#end = explain(reason)
      for (const reject of this.#waiting) reject(this.#end)
    })
  }

  /** Follows the promise, but rejects if the host ends first. */
  async unlessEnded<Value>(promise: Promise<Value>): Promise<Value> {
    const { promise: ended, reject } = Promise.withResolvers<never>()
    this.#waiting.add(reject)
    if (this.#end) reject(this.#end)
    try {
      return await Promise.race([promise, ended])
    } finally {
      this.#waiting.delete(reject)
    }
  }
}
