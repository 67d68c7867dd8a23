/** Frames on the control descriptors: docs/child-languages.md of anyhandler. */

const { closeSync, readSync } = require('node:fs')
const { Socket } = require('node:net')
const { openWriter, skipNewline, takeStandard, writeText } = require('./pipes.cjs')

// Handed over by the host.
const FIRST_IN = 3
const FIRST_OUT = 4
// The shell that started this has made three pipes; each of these is a read end.
const PIPE_IN = 5
const PIPE_OUT = 6
const PIPE_OUTPUT = 7
const CHUNK_SIZE = 65_536

/**
 * Tells the host of the pipes of this process, and hears what to load.
 * @returns `{ control, load }`; the host is gone when there is no `load`
 */
function connect() {
  for (const fd of [PIPE_IN, PIPE_OUT, PIPE_OUTPUT]) skipNewline(fd)
  const [out, output] = [openWriter(PIPE_OUT), openWriter(PIPE_OUTPUT)]
  takeStandard(output)
  const ready = { protocol: 2, control: [PIPE_IN, PIPE_OUT], outputs: { output: PIPE_OUTPUT } }
  new Control({ out: FIRST_OUT }).send('ready', JSON.stringify(ready))
  const load = receiveLoad(FIRST_IN)
  // The host has opened them: it alone holds these ends from now on, so that its own end shows.
  for (const fd of [PIPE_OUT, PIPE_OUTPUT]) closeSync(fd)
  return { control: new Control({ input: PIPE_IN, out, output }), load }
}

/** Waits for the `load` frame. @returns its payload, or undefined when the host is gone */
function receiveLoad(fd) {
  let bytes = Buffer.alloc(0)
  const part = Buffer.alloc(4_096)
  for (;;) {
    const end = bytes.indexOf(10)
    const stop = end < 0 ? Infinity : end + 1 + Number(bytes.latin1Slice(5, end))
    if (bytes.length >= stop) return bytes.utf8Slice(end + 1, stop)
    const size = readSync(fd, part)
    if (size === 0) return undefined
    bytes = Buffer.concat([bytes, part.subarray(0, size)])
  }
}

/** The connection to the host. */
class Control {
  #input
  #out
  /** Behind the length, in the header of a frame that belongs to an event. */
  #event = ''
  #chunks
  #socket
  /** Descriptor of the pipe of the handler's log. */
  output

  /** @param pipes descriptors: where frames come from, where they go to, and the log */
  constructor({ input, out, output }) {
    this.#input = input
    this.#out = out
    this.output = output
  }

  /** Reads the host's frames from now on. `onFrame` gets a kind, and bytes that are valid only until it returns. */
  listen(onFrame, onEnd) {
    const frames = new FrameParser(onFrame)
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE)
    this.#socket = new Socket({
      fd: this.#input,
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

  /** An event runs: waiting for the host alone keeps no process alive. */
  begin(number) {
    this.#event = ` ${number}`
    this.#socket?.unref()
  }

  /** The next event is waited for. */
  rest() {
    this.#socket?.ref()
  }

  /** Writes one frame. */
  send(kind, payload = '') {
    writeText(this.#out, `${kind} ${Buffer.byteLength(payload)}${this.#event}\n${payload}`)
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

  /** A writer that doesn't hold up the event loop. */
  #openChunks() {
    const socket = new Socket({ fd: openWriter(this.#out), readable: false, writable: true })
    // The host is gone: so is this process, soon.
    socket.on('error', () => {})
    return socket
  }
}

/** Splits the host's bytes into frames, at any chunk boundaries. */
class FrameParser {
  #onFrame
  #header = ''
  #kind = ''
  /** The parts of an incomplete frame. */
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

module.exports = { Control, connect, readFields, receiveLoad }
