import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Level } from '../contract.ts'
import type { LogSink } from './log.ts'
import type { LogFormat } from './record.ts'
import { Unread } from './unread.ts'

/** Formats a record for the descriptor. */
export type Encode = (record: Uint8Array, level: Level | undefined, format: LogFormat) => Uint8Array

export interface DescriptorForm {
  readonly encode?: Encode
  /** True if records may have several lines. */
  readonly framed?: boolean
}

/** Upper bound for the wait for a slow reader; then the host goes on, and the log follows later. Milliseconds. */
const patienceMs = 500
/** Interval between two checks whether the reader is back. */
const lookMs = 20
/** Upper bound for the wait for the reader when the host ends. */
const flushMs = 100

const still = new Int32Array(new SharedArrayBuffer(4))

/**
 * Writes to a descriptor synchronously, so that no record is lost when the process ends; except if the log is a pipe
 * without a reader.
 */
export class DescriptorSink implements LogSink {
  readonly framed: boolean
  readonly #fd: number
  readonly #encode: Encode
  readonly #unread = new Unread()
  readonly #waiting: Uint8Array[] = []
  #format: LogFormat = 'text'
  #timer: NodeJS.Timeout | undefined

  constructor(fd: number, { encode = (record) => record, framed = false }: DescriptorForm = {}) {
    this.#fd = unblocked(fd)
    this.#encode = encode
    this.framed = framed
  }

  write(record: Uint8Array, level: Level | undefined, format: LogFormat): void {
    this.#format = format
    const bytes = this.#encode(record, level, format)
    if (!this.#unread.empty && !this.#drain()) {
      if (this.#unread.add(bytes.length)) this.#waiting.push(bytes)
      return
    }
    const written = writeWithin(this.#fd, bytes, patienceMs)
    if (written < bytes.length) this.#keep(bytes.subarray(written))
  }

  async close(): Promise<void> {
    for (const end = Date.now() + flushMs; !this.#drain() && Date.now() < end;) Atomics.wait(still, 0, 0, 1)
    clearTimeout(this.#timer)
    await Promise.resolve()
  }

  #keep(rest: Uint8Array): void {
    this.#unread.add(rest.length)
    this.#waiting.push(rest)
    this.#look()
  }

  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (!this.#drain()) this.#look()
    }, lookMs).unref()
  }

  /** @returns true if no record waits any more */
  #drain(): boolean {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const written = writeWithin(this.#fd, first, 0)
      this.#unread.remove(written)
      if (written < first.length) {
        this.#waiting[0] = first.subarray(written)
        return false
      }
      this.#waiting.shift()
    }
    const notice = this.#unread.notice(this.#format)
    if (notice) this.write(notice, 'WARN', this.#format)
    return this.#unread.empty
  }
}

/**
 * Opens a pipe a second time, so that a full pipe doesn't block this process; other holders don't notice. This is
 * impossible for a socket, and may be refused for another user's pipe: those block the process, like any program.
 */
function unblocked(fd: number): number {
  try {
    if (fstatSync(fd).isFIFO()) return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    // Use it as it is.
  }
  return fd
}

/**
 * Writes as many bytes as possible. @returns their number; all of them if there is no reader (EPIPE, EBADF), so that
 * the function goes on without its log
 */
export function writeWithin(fd: number, bytes: Uint8Array, ms: number): number {
  let offset = 0
  for (let end: number | undefined; offset < bytes.length;) {
    try {
      offset += writeSync(fd, bytes, offset)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return bytes.length
      end ??= Date.now() + ms
      if (Date.now() >= end) break
      Atomics.wait(still, 0, 0, 1)
    }
  }
  return offset
}
