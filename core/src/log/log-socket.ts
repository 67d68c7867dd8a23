import type { Socket } from 'node:net'
import type { Level } from '../contract.ts'
import type { LogSink } from './log.ts'
import type { LogFormat } from './record.ts'
import { Unread } from './unread.ts'

/** Upper bound for the wait for unsent records when the host ends. */
const flushMs = 100

interface Pending {
  readonly record: Uint8Array
  readonly level: Level | undefined
  readonly format: LogFormat
}

/**
 * `_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET`, the log of Managed Instances: records with their newlines on a stream
 * socket. If it can't be opened or breaks, the unsent records and all later ones go to the other sink.
 */
export class LogSocket implements LogSink {
  readonly #socket: Socket
  readonly #other: LogSink
  readonly #pending = new Set<Pending>()
  readonly #unread = new Unread()
  #usable = true

  constructor(path: string, other: LogSink) {
    this.#other = other
    // Only Managed Instances need `node:net` here, and it takes 2 ms: the wire loads it later, while the lanes start.
    this.#socket = process.getBuiltinModule('node:net').connect(path)
    this.#socket.unref()
    this.#socket.on('error', () => this.#giveUp())
    this.#socket.on('close', () => this.#giveUp())
  }

  write(record: Uint8Array, level: Level | undefined, format: LogFormat): void {
    if (!this.#usable) {
      this.#other.write(record, level, format)
      return
    }
    if (!this.#unread.add(record.length)) return
    const pending = { record, level, format }
    this.#pending.add(pending)
    this.#socket.write(record, (error) => {
      if (error) return
      this.#pending.delete(pending)
      this.#unread.remove(record.length)
      const notice = this.#unread.notice(format)
      if (notice) this.write(notice, 'WARN', format)
    })
  }

  async close(): Promise<void> {
    if (this.#usable && this.#pending.size > 0) {
      await new Promise<void>((resolve) => {
        this.#socket.once('close', resolve)
        this.#socket.end(() => resolve())
        setTimeout(resolve, flushMs)
      })
    }
    this.#giveUp()
    this.#socket.destroy()
  }

  #giveUp(): void {
    if (!this.#usable) return
    this.#usable = false
    for (const { record, level, format } of this.#pending) this.#other.write(record, level, format)
    this.#pending.clear()
  }
}
