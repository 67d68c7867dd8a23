import { readSync, writeSync } from 'node:fs'

/** Reads and writes descriptors without blocking, for moments in which the event loop must not run. */

/** The bytes of the last {@link readNow}, valid until the next call. */
export const buffer = Buffer.allocUnsafe(65_536)

/** Bytes read into `buffer`, as many as `most`; 0 at the end of file, -1 if there are no bytes yet. */
export function readNow(fd: number, most = buffer.length): number {
  return now(() => readSync(fd, buffer, 0, most, null))
}

/** The number of written bytes; 0 if there is no room or no reader. */
export function writeNow(fd: number, bytes: Uint8Array): number {
  return Math.max(
    0,
    now(() => writeSync(fd, bytes)),
  )
}

/** EAGAIN is the usual case here, and most of an exception's cost is its stack trace. */
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
