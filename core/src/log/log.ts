import type { Level, LogAbout } from '../contract.ts'
import { formatRecord, textPrefix } from './record.ts'
import type { LogFormat, RecordError } from './record.ts'

/** Gets finished records, each with its newline. */
export interface LogSink {
  write(record: Uint8Array, level: Level | undefined, format: LogFormat): void
  /** True if it separates records itself, so that they may have several lines. */
  readonly framed?: boolean
  /** Resolves when all records are sent; later records are sent as well. */
  close?(): Promise<void>
}

export interface LogOptions {
  readonly format: LogFormat
  /** Lower levels are dropped; absent = no filter. */
  readonly level?: Level
  readonly sink: LogSink
}

const order: Readonly<Record<Level, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 }
const newline = 10
const carriageReturn = 13
const brace = 123

/**
 * The function's log: one record per line, with time, request id and level, as text (`ISO\trequestId\tLEVEL\tmessage`)
 * or JSON.
 *
 * A line that is one JSON object, or that contains the request id already, stays unchanged in both formats:
 * CloudWatch's embedded metrics and the languages' own loggers depend on it.
 */
export class Log {
  readonly #options: LogOptions

  constructor(options: LogOptions) {
    this.#options = options
  }

  /** Writes each line of the text as a record. A line without a level was printed by a handler: `INFO`. */
  write(text: string | Uint8Array, about: LogAbout = {}): void {
    const { form } = about
    const bytes =
      typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.byteLength)
    if (form === 'text' || form === 'json') {
      this.#finished(bytes, about.level, form)
      return
    }
    for (let start = 0; start <= bytes.length;) {
      const end = bytes.indexOf(newline, start)
      const stop = end < 0 ? bytes.length : end
      // No line follows the last newline.
      if (end >= 0 || stop > start || start === 0) this.#line(bytes.subarray(start, stop), about)
      start = stop + 1
    }
  }

  /**
   * Writes one record that may have several lines; in text, the lines are joined by carriage returns, as AWS's runtimes
   * do it.
   */
  record(level: Level, message: string, about: Omit<LogAbout, 'level'> & { readonly error?: RecordError } = {}): void {
    if (this.#isBelow(level)) return
    this.#emit(formatRecord(this.#options.format, level, message, about), level)
  }

  /** Resolves when all records are sent. */
  async close(): Promise<void> {
    await this.#options.sink.close?.()
  }

  /** If records must be lines, carriage returns join the lines of one record, as in AWS's runtimes. */
  #finished(record: Buffer, level: Level | undefined, format: LogFormat): void {
    const { sink } = this.#options
    if (sink.framed) {
      sink.write(Buffer.concat([record, Buffer.of(newline)]), level, format)
      return
    }
    const end = record.at(-1) === newline ? record.length - 1 : record.length
    const line = Buffer.concat([record.subarray(0, end), Buffer.of(newline)])
    for (let at = line.indexOf(newline); at < end; at = line.indexOf(newline, at)) line[at] = carriageReturn
    sink.write(line, level, format)
  }

  #line(line: Buffer, about: LogAbout): void {
    const { invocation, form, level = 'INFO' } = about
    const { format } = this.#options
    const printed = form === 'printed'
    if ((printed && format === 'text') || (invocation && line.includes(invocation.id)) || isJsonObject(line)) {
      this.#emit(Buffer.concat([line, Buffer.of(newline)]), printed ? about.level : level)
    } else if (!printed && this.#isBelow(level)) {
      return
    } else if (format === 'json') {
      this.#emit(formatRecord(format, level, line.toString(), { invocation }), level)
    } else {
      this.#emit(Buffer.concat([Buffer.from(textPrefix(level, invocation)), line, Buffer.of(newline)]), level)
    }
  }

  #isBelow(level: Level): boolean {
    const lowest = this.#options.level
    return lowest !== undefined && order[level] < order[lowest]
  }

  #emit(record: Buffer, level: Level | undefined): void {
    this.#options.sink.write(record, level, this.#options.format)
  }
}

/** Also with blanks around it, for example the carriage return of a line ending. */
function isJsonObject(line: Buffer): boolean {
  let start = 0
  while (line[start] === 32 || line[start] === 9) start++
  if (line[start] !== brace) return false
  try {
    JSON.parse(line.toString())
    return true
  } catch {
    return false
  }
}
