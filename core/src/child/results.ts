import { HandlerError } from '../errors.ts'

/** Lambda's limit for a buffered answer, in bytes: 6 MB and 100. */
const maxBytes = 6_291_556

interface Gathered {
  readonly parts: Buffer[]
  size: number
}

/** Collects the output of an event's processes on the result outputs, until the event has succeeded or failed. */
export class Results {
  readonly #byOutput = new Map<string, Gathered>()
  /** The names of all outputs: the first of them that got a byte is the answer. */
  readonly #order: readonly string[]
  #refused = false

  constructor(order: readonly string[]) {
    this.#order = order
  }

  /**
   * Keeps a chunk.
   * @returns bytes that can't become the answer, because an earlier output has bytes: they go to the log
   * @throws HandlerError AWS's `Function.ResponseSizeTooLarge`, once; nothing is kept after that
   */
  add(output: string, chunk: Buffer): readonly Buffer[] {
    if (this.#refused) return []
    const gathered = this.#byOutput.get(output) ?? { parts: [], size: 0 }
    this.#byOutput.set(output, gathered)
    gathered.parts.push(chunk)
    gathered.size += chunk.length
    if (this.#order.find((name) => this.#byOutput.has(name)) !== output) return gathered.parts.splice(0)
    if (gathered.size <= maxBytes) return []
    this.#refused = true
    this.#byOutput.clear()
    const message = `Response payload size (${gathered.size} bytes) exceeded maximum allowed payload size (${maxBytes} bytes).`
    throw new HandlerError({ errorType: 'Function.ResponseSizeTooLarge', message })
  }

  /** Removes all collected bytes, those of the answer's output first. */
  takeAll(): readonly (readonly [output: string, bytes: Buffer])[] {
    const all = this.#order.flatMap((output) => {
      const { parts } = this.#byOutput.get(output) ?? { parts: [] }
      return parts.length === 0
        ? []
        : [[output, parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)] as const]
    })
    this.#byOutput.clear()
    return all
  }
}
