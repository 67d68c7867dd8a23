import { readSync, writeSync } from 'node:fs'

/** Reads and writes of descriptors that don't block, for a moment in which waiting for the event loop would be wrong. */

/** Where {@link readNow} puts what it read, until the next call. */
export const buffer = Buffer.allocUnsafe(65_536)

/** Bytes read into `buffer`, as many as `most`; 0 at the end of file, -1 when there is nothing yet. */
export function readNow(fd: number, most = buffer.length): number {
  return now(() => readSync(fd, buffer, 0, most, null))
}

/** How many of the bytes were written; 0 when there is no room, or nobody reads any more. */
export function writeNow(fd: number, bytes: Uint8Array): number {
  return Math.max(
    0,
    now(() => writeSync(fd, bytes)),
  )
}

/** EAGAIN is the usual case here, and the stack trace is most of what an exception costs. */
function now(call: () => number): number {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return call()
  } catch {
    return -1
  } finally {
    Error.stackTraceLimit = limit
  }
}
