import type { Level } from '../../contract.ts'
import { hostMark } from '../../mark.ts'
import { LineSplitter, maxLine } from './lines.ts'

/** The header of a finished record: `ERROR text 123`. */
export interface RecordHeader {
  readonly level?: Level
  readonly form: 'text' | 'json'
}

export interface LogReceiver {
  onLine(line: Buffer): void
  onRecord(record: Buffer, header: RecordHeader): void
}

const headerPattern = /^(?<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL|-) (?<form>text|json) (?<length>\d{1,10})$/
/** A longer header is invalid. */
const maxHeader = 32
const nothing = Buffer.alloc(0)

/** Starts a finished record, after a NUL byte. No program prints this by accident. */
export const recordMark = `record-${hostMark}:`
const mark = Buffer.from(`\0${recordMark}`)

/**
 * Splits a log output into printed lines and finished records. A record is NUL, the mark, `LEVEL FORM LENGTH
 * ` and `LENGTH` bytes; see "Records" in docs/child-languages.md.
 */
export class LogOutput {
  readonly #receiver: LogReceiver
  readonly #lines: LineSplitter
  readonly #mark: Buffer | undefined
  /** The incomplete beginning of a mark or a header. */
  #pending: Buffer = nothing
  #header: RecordHeader | undefined
  #parts: Buffer[] = []
  #size = 0
  #missing = 0

  /** @param withRecords false: all output is lines */
  constructor(withRecords: boolean, receiver: LogReceiver) {
    this.#receiver = receiver
    this.#lines = new LineSplitter((line) => receiver.onLine(line))
    this.#mark = withRecords ? mark : undefined
  }

  push(chunk: Buffer): void {
    if (!this.#mark) return this.#lines.push(chunk)
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk
    this.#pending = nothing
    while (rest.length > 0) rest = this.#header ? this.#take(rest) : this.#find(rest, this.#mark)
    return undefined
  }

  /** Emits the text after the last newline, and the received part of a record. */
  flush(): void {
    this.#lines.push(this.#pending)
    this.#pending = nothing
    if (this.#header) this.#emit(this.#header)
    this.#lines.flush()
  }

  /** Handles bytes outside of a record. */
  #find(bytes: Buffer, mark: Buffer): Buffer {
    const start = bytes.indexOf(mark)
    if (start < 0) {
      const nul = bytes.lastIndexOf(0)
      const isBegun = nul >= 0 && mark.subarray(0, bytes.length - nul).equals(bytes.subarray(nul))
      if (isBegun) this.#pending = bytes.subarray(nul)
      this.#lines.push(isBegun ? bytes.subarray(0, nul) : bytes)
      return nothing
    }
    const from = start + mark.length
    const end = bytes.indexOf(10, from)
    if (end < 0 && bytes.length - from <= maxHeader) {
      this.#lines.push(bytes.subarray(0, start))
      this.#pending = bytes.subarray(start)
      return nothing
    }
    const groups = headerPattern.exec(end < 0 ? '' : bytes.toString('latin1', from, end))?.groups
    if (!groups) {
      // No driver writes this, so it is ordinary output.
      this.#lines.push(bytes.subarray(0, from))
      return bytes.subarray(from)
    }
    this.#lines.push(bytes.subarray(0, start))
    this.#lines.flush()
    const { level, form, length } = groups
    this.#missing = Number(length)
    this.#header = { form: form as RecordHeader['form'], ...(level !== '-' && { level: level as Level }) }
    if (this.#missing === 0) this.#emit(this.#header)
    return bytes.subarray(end + 1)
  }

  /** Handles bytes of a record. */
  #take(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, Math.min(this.#missing, maxLine - this.#size))
    this.#parts.push(part)
    this.#size += part.length
    this.#missing -= part.length
    const header = this.#header as RecordHeader
    if (this.#missing === 0) this.#emit(header)
    else if (this.#size === maxLine) this.#emitPart(header)
    return bytes.subarray(part.length)
  }

  #emit(header: RecordHeader): void {
    this.#header = undefined
    this.#missing = 0
    this.#emitPart(header)
  }

  #emitPart(header: RecordHeader): void {
    const record = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    this.#receiver.onRecord(record, header)
  }
}
