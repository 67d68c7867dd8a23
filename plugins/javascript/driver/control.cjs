/** Frames on the control descriptors, and the pipes: docs/child-languages.md of anyhandler. */

const { closeSync, constants, fstatSync, openSync, readSync, writeSync } = require('node:fs')
const { Socket } = require('node:net')

// Handed over by the host.
const FIRST_IN = 3
const FIRST_OUT = 4
// The shell that started this has made three pipes; each of these is a read end.
const PIPE_IN = 5
const PIPE_OUT = 6
const PIPE_OUTPUT = 7
const CHUNK_SIZE = 65_536

/** Opens a pipe once more: this end has flags of its own, and waits for room. */
const openWriter = (fd) => openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY)

/** The connection to the host. */
class Control {
  #out = FIRST_OUT
  /** Behind the length, in the header of a frame that belongs to an event. */
  #event = ''
  #chunks
  #socket
  /** Of the pipe that is the handler's standard output and error. */
  output

  /** Puts the pipes where they belong, and tells the host. */
  constructor() {
    for (const fd of [PIPE_IN, PIPE_OUT, PIPE_OUTPUT]) {
      // A shell makes a pipe only for text: a newline, which is nobody's.
      if (fstatSync(fd).isFIFO()) readSync(fd, Buffer.alloc(1))
    }
    const out = openWriter(PIPE_OUT)
    this.output = openWriter(PIPE_OUTPUT)
    this.#repair(1, true)
    this.#repair(2, true)
    this.send('ready', `{"protocol":2,"control":[${PIPE_IN},${PIPE_OUT}],"outputs":{"output":${PIPE_OUTPUT}}}`)
    this.#out = out
  }

  /** Waits for the `load` frame. @returns its payload, or undefined when the host is gone */
  receiveLoad() {
    let bytes = Buffer.alloc(0)
    const part = Buffer.alloc(4_096)
    for (;;) {
      const end = bytes.indexOf(10)
      const stop = end < 0 ? Infinity : end + 1 + Number(bytes.latin1Slice(5, end))
      if (bytes.length >= stop) {
        // The host has opened them: it alone holds these ends from now on, so that its own end shows.
        closeSync(PIPE_OUT)
        closeSync(PIPE_OUTPUT)
        return bytes.utf8Slice(end + 1, stop)
      }
      const size = readSync(FIRST_IN, part)
      if (size === 0) return undefined
      bytes = Buffer.concat([bytes, part.subarray(0, size)])
    }
  }

  /** Reads what the host says from now on. `onFrame` gets a kind, and bytes that are its own only until it returns. */
  listen(onFrame, onEnd) {
    const frames = new FrameParser(onFrame)
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE)
    this.#socket = new Socket({
      fd: PIPE_IN,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback: (size) => {
          frames.push(buffer.subarray(0, size))
          return true
        },
      },
    })
    this.#socket.once('close', onEnd)
    this.#socket.on('error', () => {})
  }

  /** An event is under way: waiting for the host alone keeps no process alive. */
  begin(number) {
    this.#event = ` ${number}`
    this.#socket?.unref()
  }

  /** The next event is waited for. */
  rest() {
    this.#socket?.ref()
  }

  /** Writes one frame; the payload is a string or bytes. */
  send(kind, payload = '') {
    const header = `${kind} ${Buffer.byteLength(payload)}${this.#event}\n`
    if (typeof payload === 'string') writeAll(this.#out, Buffer.from(header + payload))
    else writeAll(this.#out, Buffer.concat([Buffer.from(header), payload]))
  }

  /** Sends a part of a stream; calls back when there is room for more. No other frame may be sent until then. */
  sendChunk(bytes, callback) {
    this.#chunks ??= this.#openChunks()
    this.#chunks.cork()
    this.#chunks.write(`chunk ${bytes.length}${this.#event}\n`)
    this.#chunks.write(bytes, callback)
    this.#chunks.uncork()
  }

  /** Resolves when all parts are out. */
  async chunksSent() {
    if (this.#chunks?.writableLength > 0) await new Promise((resolve) => this.#chunks.write('', resolve))
  }

  /** Gives the next event the descriptors back that this one closed. */
  repair() {
    // A lower number that is free would be taken in the place of a higher one.
    for (const fd of [0, 1, 2]) this.#repair(fd)
  }

  /** A writer that doesn't hold up the event loop. */
  #openChunks() {
    const socket = new Socket({ fd: openWriter(this.#out), readable: false, writable: true })
    // The host is gone: so is this process, soon.
    socket.on('error', () => {})
    return socket
  }

  #repair(fd, anew = false) {
    try {
      if (anew) closeSync(fd)
      else fstatSync(fd)
      if (!anew) return
    } catch {
      // It is closed.
    }
    // The lowest number that is free: `fd`, for all below it are open.
    if (fd === 0) openSync('/dev/null')
    else openWriter(this.output)
  }
}

/** Writes bytes to a descriptor that waits for room. */
function writeAll(fd, bytes) {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset)
}

/** Splits what the host sends into frames, however it arrives. */
class FrameParser {
  #onFrame
  #header = ''
  #kind = ''
  /** Of a frame that came in parts. */
  #payload
  #filled = 0

  constructor(onFrame) {
    this.#onFrame = onFrame
  }

  push(chunk) {
    for (let at = 0; at < chunk.length;) at = this.#payload ? this.#fill(chunk, at) : this.#begin(chunk, at)
  }

  #begin(chunk, at) {
    const end = chunk.indexOf(10, at)
    this.#header += chunk.latin1Slice(at, end < 0 ? chunk.length : end)
    if (end < 0) return chunk.length
    const space = this.#header.indexOf(' ')
    const length = Number(this.#header.slice(space + 1))
    this.#kind = this.#header.slice(0, space)
    this.#header = ''
    const start = end + 1
    if (chunk.length - start < length) {
      this.#payload = Buffer.allocUnsafeSlow(length)
      return this.#fill(chunk, start)
    }
    this.#onFrame(this.#kind, chunk.subarray(start, start + length))
    return start + length
  }

  #fill(chunk, at) {
    const size = chunk.copy(this.#payload, this.#filled, at)
    this.#filled += size
    if (this.#filled === this.#payload.length) {
      const payload = this.#payload
      this.#payload = undefined
      this.#filled = 0
      this.#onFrame(this.#kind, payload)
    }
    return at + size
  }
}

/** The `key=value` lines of a `load` or `context` frame. */
function readFields(text) {
  const fields = {}
  for (let start = 0; start < text.length;) {
    const equals = text.indexOf('=', start)
    const end = text.indexOf('\n', equals)
    fields[text.slice(start, equals)] = text.slice(equals + 1, end)
    start = end + 1
  }
  return fields
}

module.exports = { Control, writeAll, readFields }
