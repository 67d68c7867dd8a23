import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { buffer, readNow, writeNow } from '../../leftovers/descriptor-io.ts'

/**
 * Ends of real pipes that a child made: opened a second time through `/proc/PID/fd/N`, because what Node itself gives a child are Unix sockets,
 * on which `/dev/stdout` can't be opened.
 */

/** The most that a process without privileges can make a pipe hold: `/proc/sys/fs/pipe-max-size`. In bytes. */
const largestPipe = 1_048_576
/** The event loop is held up no longer by what came in one read: many short log lines take long. Milliseconds. */
const patienceMs = 10
/** A receiver that was slower gets as little at a time, in bytes. */
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
  /** The receiver, or a round of the event loop, is waited for. */
  #waiting = false
  /** By `pause`. */
  #stopped = false
  /** Where what is read comes to stand: as much is read at a time. */
  #target = buffer

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
   * Holds the write end as well, so that the pipe doesn't end while events come and go. Then `held` says whether somebody
   * else has it.
   */
  keepOpen(): void {
    this.#keeper = openSync(`/proc/self/fd/${this.#fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  /**
   * Whether a process holds the write end; only after `keepOpen`, and when all has been read. The end that keeps the pipe open is closed for
   * this moment, in which no event loop can see the pipe's end.
   */
  get held(): boolean {
    if (this.#keeper === undefined || this.#closed || this.#socket?.destroyed) return false
    closeSync(this.#keeper)
    const size = readNow(this.#fd)
    this.keepOpen()
    return size !== 0
  }

  /** Whether the pipe may hold what its receiver was not ready for. */
  get behind(): boolean {
    return this.#behind
  }

  /**
   * Hands over what is in the pipe now: no more than it can hold, or a process that never stops writing would keep the host here.
   * @param ms how long it may take; the rest is lost to the receiver
   */
  drain(ms = Infinity): void {
    if (this.#socket?.destroyed) return
    const end = performance.now() + ms
    for (let total = 0; total < largestPipe && !this.#closed;) {
      const size = readNow(this.#fd, this.#target.length)
      if (size <= 0) {
        this.#behind = false
        return
      }
      total += size
      void this.#hand(size)
      if (performance.now() > end) return
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
   * `false` makes the socket pause: nothing of it is kept in between, where `drain` would overtake it. After a full read it pauses for a
   * round of the event loop: libuv makes many reads in one, and a flood of log lines would hold up the timers of deadlines.
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
    const start = performance.now()
    const busy = this.#receive(chunk)
    if (performance.now() - start > patienceMs) this.#target = buffer.subarray(0, sip)
    return busy
  }
}

function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
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

/** Writes each event into the pipe that is the handler's standard input: a new one for each, at the same descriptor of the driver. */
export class StdinWriter {
  readonly #path: string
  /** Opened ahead, between events, so that a reader waits for the bytes. */
  #writer: number | undefined
  #socket: Socket | undefined

  constructor(path: string) {
    this.#path = path
  }

  /**
   * From now on the reader waits: what it sees next are the bytes of `write`.
   * @throws when the process is gone
   */
  open(): void {
    this.#writer ??= openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  /** The reader sees the bytes, then the end of file. After `open`. */
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
    // The reader is gone: the event is over.
    socket.on('error', () => {})
    socket.end(bytes.subarray(written))
    this.#socket = socket
  }

  /** The event is over: what the handler did not read of it goes with its pipe. */
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
