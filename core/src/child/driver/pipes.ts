import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { buffer, readNow, writeNow } from '../../leftovers/descriptor-io.ts'

/**
 * Ends of real pipes that a child made: opened a second time through `/proc/PID/fd/N`, because what Node itself gives a child are Unix sockets,
 * on which `/dev/stdout` can't be opened.
 */

/** The most that a process without privileges can make a pipe hold: `/proc/sys/fs/pipe-max-size`. In bytes. */
const largestPipe = 1_048_576

/** Reads a pipe for the life of a lane. */
export class PipeReader {
  readonly #fd: number
  readonly #receive: (chunk: Buffer) => void | PromiseLike<void>
  readonly #onEnd: (() => void) | undefined
  #socket: Socket | undefined
  #closed = false
  #paused = false

  /**
   * Opens the pipe.
   * @param onEnd hears that nobody holds the other end any more
   */
  constructor(path: string, receive: (chunk: Buffer) => void | PromiseLike<void>, onEnd?: () => void) {
    this.#receive = receive
    this.#onEnd = onEnd
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** Begins to read. A step of its own, because it takes much longer than to open the pipe. */
  start(): void {
    const onread = { buffer, callback: (size: number): boolean => this.#take(size) }
    this.#socket = new Socket({ fd: this.#fd, readable: true, writable: false, onread })
    this.#socket.unref()
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => {
      if (!this.#closed) this.#onEnd?.()
    })
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  /** Whether what the pipe holds waits for its receiver. */
  get paused(): boolean {
    return this.#paused
  }

  /** Hands over what is in the pipe now: no more than it can hold, or a process that never stops writing would keep the host here. */
  drain(): void {
    if (this.#socket?.destroyed) return
    for (let total = 0; total < largestPipe && !this.#closed;) {
      const size = readNow(this.#fd)
      if (size <= 0) return
      total += size
      void this.#receive(Buffer.copyBytesFrom(buffer, 0, size))
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#socket) this.#socket.destroy()
    else closeSync(this.#fd)
  }

  /** `false` makes the socket pause: nothing of it is kept in between, where `drain` would overtake it. */
  #take(size: number): boolean {
    const busy = this.#receive(Buffer.copyBytesFrom(buffer, 0, size))
    if (busy === undefined) return true
    this.#paused = true
    const resume = (): void => {
      this.#paused = false
      this.#socket?.resume()
    }
    busy.then(resume, resume)
    return false
  }
}

/** Writes to a pipe for the life of a lane: at once, as far as there is room. */
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
      // The reader is gone: so is its process.
      this.#socket.on('error', () => {})
    }
    this.#socket.write(bytes.subarray(written))
  }

  /** The reader sees the end, once it has seen what was written. */
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

/** Writes each event into the pipe that is the handler's standard input. */
export class StdinWriter {
  readonly #path: string
  readonly #reader: number
  /** Opened ahead, between events, so that a reader waits for the bytes. */
  #writer: number | undefined
  #socket: Socket | undefined

  constructor(path: string) {
    this.#path = path
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** From now on the reader waits: what it sees next are the bytes of `write`. Nothing happens when the process is gone; `write` will throw. */
  open(): void {
    try {
      this.#writer ??= this.#openWriter()
    } catch {
      // Its exit is on its way.
    }
  }

  /** The reader sees the bytes, then the end of file. */
  write(bytes: Uint8Array): void {
    const fd = this.#writer ?? this.#openWriter()
    this.#writer = undefined
    const written = bytes.length === 0 ? 0 : writeNow(fd, bytes)
    if (written === bytes.length) {
      closeSync(fd)
      return
    }
    const socket = new Socket({ fd, readable: false, writable: true })
    socket.unref()
    // The reader is gone: the event is over.
    socket.on('error', () => {})
    socket.end(bytes.subarray(written))
    this.#socket = socket
  }

  /** Takes back what the handler did not read. */
  reset(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    // No more than a pipe can hold: the handler can write into it, too.
    for (let total = 0, size = 1; size > 0 && total < largestPipe; total += size) size = readNow(this.#reader)
  }

  #openWriter(): number {
    return openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  close(): void {
    if (this.#writer !== undefined) closeSync(this.#writer)
    this.#writer = undefined
    this.reset()
    closeSync(this.#reader)
  }
}
