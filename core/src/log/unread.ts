import { formatRecord } from './record.ts'
import type { LogFormat } from './record.ts'

/** Bytes of the log that wait for its reader. What comes beyond them is dropped: a log that nobody reads may neither stop the host nor fill its memory. */
const mostBytes = 4 * 1024 * 1024

/** Counts what waits for the log's reader, and what had to be dropped. */
export class Unread {
  #bytes = 0
  #dropped = 0

  get empty(): boolean {
    return this.#bytes === 0
  }

  /** @returns `false` when the record is dropped; a single one of any length is kept */
  add(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > mostBytes) {
      this.#dropped++
      return false
    }
    this.#bytes += bytes
    return true
  }

  remove(bytes: number): void {
    this.#bytes -= bytes
  }

  /** Once the reader has taken everything: the record that says how many are missing. */
  notice(format: LogFormat): Uint8Array | undefined {
    if (this.#dropped === 0 || this.#bytes > 0) return undefined
    const count = this.#dropped
    this.#dropped = 0
    return formatRecord(format, 'WARN', `${count} log records were dropped: the log was not read for a while`)
  }
}
