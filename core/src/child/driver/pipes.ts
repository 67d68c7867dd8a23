import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { buffer, readNow, writeNow } from '../../leftovers/descriptor-io.ts'
import { steadyNow } from '../../steady-now.ts'

/**
 * Ends of real pipes that a child made. The host opens them a second time through `/proc/PID/fd/N`. Node itself gives a
 * child Unix sockets, on which `/dev/stdout` can't be opened.
 */

/** The largest capacity of a pipe for a process without privileges: `/proc/sys/fs/pipe-max-size`. In bytes. */
const largestPipe = 1_048_576
/** Longest time in milliseconds that one read may block the event loop: many short log lines take long. */
const patienceMs = 10
/** Bytes per call for a receiver that was slower than this. */
const sip = 4_096

/** Reads a pipe for the life of a lane. */
export class PipeReader {
  readonly #fd: number
  readonly #receive: (chunk: Buffer) => void | PromiseLike<void>
  readonly #onEnd: (() => void) | undefined
  #socket: Socket | undefined
  #keeper: number | undefined
  #closed = false
  #behind = false
  /** True while the pipe waits for the receiver, or for the next round of the event loop. */
  #waiting = false
  /** True after `pause`. */
  #stopped = false
  /** Buffer for one read. */
  #target = buffer

  /**
   * Opens the pipe.
   * @param onEnd is called when no process holds the other end any more
   */
  constructor(path: string, receive: (chunk: Buffer) => void | PromiseLike<void>, onEnd?: () => void) {
    this.#receive = receive
    this.#onEnd = onEnd
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** Starts reading. This is a separate step, because it takes much longer than opening the pipe. */
  start(): void {
    const onread = {
      buffer: () => this.#target,
      callback: (size: number): boolean => this.#take(size),
    }
    this.#socket = new Socket({ fd: this.#fd, readable: true, writable: false, onread })
    this.#socket.unref()
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => {
      if (!this.#closed) this.#onEnd?.()
    })
  }

  pause(): void {
    this.#stopped = true
    this.#socket?.pause()
  }

  resume(): void {
    this.#stopped = false
    if (!this.#waiting) this.#socket?.resume()
  }

  /** The pipe's inode. */
  get inode(): number {
    return fstatSync(this.#fd).ino
  }

  /**
   * Also opens the write end, so that the pipe doesn't end between events. Afterwards `held` says whether another
   * process has it open.
   */
  keepOpen(): void {
    this.#keeper = openSync(`/proc/self/fd/${this.#fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  /**
   * True if a process holds the write end; call it only after `keepOpen`, and when the pipe is empty. The host closes
   * its own write end for a moment, too short for the event loop to see the end of the pipe.
   */
  get held(): boolean {
    if (this.#keeper === undefined || this.#closed || this.#socket?.destroyed) return false
    closeSync(this.#keeper)
    const size = readNow(this.#fd)
    this.keepOpen()
    return size !== 0
  }

  /** True if the pipe may hold bytes that its receiver was not ready for. */
  get behind(): boolean {
    return this.#behind
  }

  /**
   * Passes on the bytes in the pipe, at most as many as a pipe can hold: otherwise an endless writer would keep the
   * host here.
   * @param ms time limit; the remaining bytes are lost
   */
  drain(ms = Infinity): void {
    if (this.#socket?.destroyed) return
    const end = steadyNow() + ms
    for (let total = 0; total < largestPipe && !this.#closed;) {
      const size = readNow(this.#fd, this.#target.length)
      if (size <= 0) {
        this.#behind = false
        return
      }
      total += size
      void this.#hand(size)
      if (steadyNow() > end) return
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#keeper !== undefined) closeSync(this.#keeper)
    if (this.#socket) this.#socket.destroy()
    else closeSync(this.#fd)
  }

  /**
   * Returning false pauses the socket without buffering, so `drain()` can't deliver later bytes first. After a full
   * read the socket pauses for one round of the event loop: libuv makes many reads in a round, and a flood of log lines
   * would delay the deadline timers.
   */
  #take(size: number): boolean {
    const isFull = size === this.#target.length
    const busy = this.#hand(size) ?? (isFull ? nextRound() : undefined)
    this.#behind = busy !== undefined
    if (busy === undefined) return true
    this.#waiting = true
    const resume = (): void => {
      this.#waiting = false
      if (!this.#stopped) this.#socket?.resume()
    }
    busy.then(resume, resume)
    return false
  }

  #hand(size: number): void | PromiseLike<void> {
    const chunk = Buffer.allocUnsafe(size)
    buffer.copy(chunk, 0, 0, size)
    if (size <= sip) return this.#receive(chunk)
    const start = steadyNow()
    const busy = this.#receive(chunk)
    if (steadyNow() - start > patienceMs) this.#target = buffer.subarray(0, sip)
    return busy
  }
}

function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Writes to a pipe for the life of a lane; immediately if there is room. */
export class PipeWriter {
  readonly #fd: number
  #socket: Socket | undefined
  #closed = false

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  write(bytes: Uint8Array): void {
    if (this.#closed) return
    const written = this.#socket && this.#socket.writableLength > 0 ? 0 : writeNow(this.#fd, bytes)
    if (written === bytes.length) return
    if (!this.#socket) {
      this.#socket = new Socket({ fd: this.#fd, readable: false, writable: true })
      this.#socket.unref()
      // The reader is gone, and so is its process.
      this.#socket.on('error', () => {})
    }
    this.#socket.write(bytes.subarray(written))
  }

  /** The reader sees the end of file after the written bytes. */
  end(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#socket) this.#socket.end()
    else closeSync(this.#fd)
  }

  close(): void {
    if (this.#socket) this.#socket.destroy()
    this.end()
  }
}

/**
 * Writes each event into the pipe of the handler's standard input. Each event gets a new pipe at the same descriptor of
 * the driver.
 */
export class StdinWriter {
  readonly #path: string
  /** Opened between events, so that a reader waits for the bytes instead of seeing the end of file. */
  #writer: number | undefined
  #socket: Socket | undefined

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Opens the pipe: from now on the reader waits for the bytes of `write`.
   * @throws when the process has ended
   */
  open(): void {
    this.#writer ??= openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  /** Sends the bytes, then the end of file. Call it after `open`. */
  write(bytes: Uint8Array): void {
    const fd = this.#writer
    if (fd === undefined) return
    this.#writer = undefined
    const written = bytes.length === 0 ? 0 : writeNow(fd, bytes)
    if (written === bytes.length) {
      closeSync(fd)
      return
    }
    const socket = new Socket({ fd, readable: false, writable: true })
    socket.unref()
    // The reader has ended, so the event needs no more bytes.
    socket.on('error', () => {})
    socket.end(bytes.subarray(written))
    this.#socket = socket
  }

  /** The event has ended: closing the pipe discards the bytes that the handler did not read. */
  reset(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  close(): void {
    if (this.#writer !== undefined) closeSync(this.#writer)
    this.#writer = undefined
    this.reset()
  }
}
