import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Level } from '../contract.ts'
import type { LogSink } from './log.ts'
import type { LogFormat } from './record.ts'
import { Unread } from './unread.ts'

/** How a record stands on the descriptor. */
export type Encode = (record: Uint8Array, level: Level | undefined, format: LogFormat) => Uint8Array

export interface DescriptorForm {
  readonly encode?: Encode
  /** Records may have several lines. */
  readonly framed?: boolean
}

/** How long a record waits for a reader that is slow; after that the host goes on, and the log follows when it can. Milliseconds. */
const patienceMs = 500
/** Between two looks for a reader that has come back. */
const lookMs = 20
/** How long the end of the host waits for the reader. */
const flushMs = 100

const still = new Int32Array(new SharedArrayBuffer(4))

/** Writes to a descriptor before it returns, so that nothing is lost when the process ends, unless the log is a pipe that nobody reads. */
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

  /** @returns whether nothing waits any more */
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
 * A pipe is opened anew, so that writing to it doesn't stop this process when it is full; whoever else has it open sees nothing of that. A socket can't be, and a pipe
 * of another user's may refuse it: those stop the process, as they stop any program.
 */
function unblocked(fd: number): number {
  try {
    if (fstatSync(fd).isFIFO()) return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    // As it is, then.
  }
  return fd
}

/** Writes as far as it goes. @returns how far; to the end when nobody is there to read (EPIPE, EBADF): the function goes on without its log */
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
