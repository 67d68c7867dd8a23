/**
 * Output of handlers to `process.stdout` and `process.stderr` belongs to the event: it is written before the answer is
 * sent.
 */

const { writeAll } = require('./pipes.cjs')

const used = new Map()
/** A pipe is read at once; who has closed the stream isn't waited for. */
const longestMs = 100

/**
 * Notes which of the two is used: Node makes each when it is first asked for, and that takes a millisecond.
 * @param fd what both write to, in a thread: what Node gives it goes through the main thread, and comes too late
 */
function watchPrinted(fd) {
  for (const [index, name] of ['stdout', 'stderr'].entries()) {
    const { get, ...rest } = Object.getOwnPropertyDescriptor(process, name)
    let make = fd === undefined ? get : () => openPrinted(fd)
    let stream
    Object.defineProperty(process, name, {
      ...rest,
      get() {
        if (!stream) {
          const made = make()
          stream = made
          const forget = () => {
            used.delete(made)
            if (stream === made) stream = undefined
            // Node would give the same one again.
            make = () => openPrinted(fd ?? index + 1)
          }
          used.set(made, forget)
          // Node's own forgets soon after its end that it has ended.
          made.once('finish', forget)
        }
        return stream
      },
    })
  }
}

/** Resolves when all that was written is out; undefined when it is already. */
function flushPrinted() {
  const behind = [...used.keys()].filter((stream) => stream.writableLength > 0 && stream.writable)
  if (behind.length === 0) return undefined
  const written = Promise.all(behind.map((stream) => new Promise((resolve) => stream.write('', resolve))))
  return Promise.race([written, new Promise((resolve) => setTimeout(resolve, longestMs).unref())])
}

/** If a handler has ended or destroyed one of the two, this holds for its event only. */
function mendPrinted() {
  for (const [stream, forget] of used) if (stream.destroyed || stream.writableEnded) forget()
}

/** A stream whose bytes are out when `write` returns. */
function openPrinted(fd) {
  const { Writable } = require('node:stream')
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      writeAll(fd, chunk)
      callback()
    },
  })
  return Object.assign(stream, { fd })
}

module.exports = { watchPrinted, flushPrinted, mendPrinted }
