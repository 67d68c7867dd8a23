import { formatRecord } from './record.ts'
import type { LogFormat } from './record.ts'

/**
 * Limit in bytes for records that wait for the log's reader. Further records are dropped: a log without a reader must
 * neither block the host nor fill its memory.
 */
const mostBytes = 4 * 1024 * 1024

/** Holds the records that wait for the log's reader, and counts the dropped ones. */
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

  /** After the reader has caught up: the record with the number of dropped records. */
  notice(format: LogFormat): Uint8Array | undefined {
    if (this.#dropped === 0 || this.#bytes > 0) return undefined
    const count = this.#dropped
    this.#dropped = 0
    return formatRecord(format, 'WARN', `${count} log records were dropped: the log was not read for a while`)
  }
}
