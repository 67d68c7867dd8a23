/** What handlers write to `process.stdout` and `process.stderr` belongs to the event: it is out before the answer is. */

const used = []
/** A pipe is read at once; who has closed the stream isn't waited for. */
const longestMs = 100

/** Notes which of the two is used: Node makes each when it is first asked for, and that takes a millisecond. */
function watchPrinted() {
  for (const name of ['stdout', 'stderr']) {
    const { get, ...rest } = Object.getOwnPropertyDescriptor(process, name)
    let stream
    Object.defineProperty(process, name, {
      ...rest,
      get() {
        if (!stream) used.push((stream = get()))
        return stream
      },
    })
  }
}

/** Resolves when all that was written is out; undefined when it is already. */
function flushPrinted() {
  const behind = used.filter((stream) => stream.writableLength > 0 && stream.writable)
  if (behind.length === 0) return undefined
  const written = Promise.all(behind.map((stream) => new Promise((resolve) => stream.write('', resolve))))
  return Promise.race([written, new Promise((resolve) => setTimeout(resolve, longestMs).unref())])
}

module.exports = { watchPrinted, flushPrinted }
