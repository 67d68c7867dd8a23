/** Longer lines are split: CloudWatch accepts no larger record. */
export const maxLine = 1_048_576

/** Cuts a byte stream into lines without their newline, at any chunk boundaries. */
export class LineSplitter {
  readonly #emit: (line: Buffer) => void
  #parts: Buffer[] = []
  #size = 0

  constructor(emit: (line: Buffer) => void) {
    this.#emit = emit
  }

  push(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#take(chunk.subarray(start, end))
      this.flush(true)
      start = end + 1
    }
    this.#take(chunk.subarray(start))
  }

  /** Emits the text after the last newline; an empty rest only with `even`. */
  flush(even = false): void {
    if (this.#size === 0 && !even) return
    const line = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    this.#emit(line)
  }

  #take(part: Buffer): void {
    for (let rest = part; rest.length > 0;) {
      const piece = rest.subarray(0, maxLine - this.#size)
      this.#parts.push(piece)
      this.#size += piece.length
      rest = rest.subarray(piece.length)
      if (this.#size === maxLine) this.flush()
    }
  }
}
