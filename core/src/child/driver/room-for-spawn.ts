import { closeSync, openSync } from 'node:fs'

/** Two pipes, a pipe for an error of `exec`, and what Node itself opens for its first child. */
const most = 10

/**
 * Checks that there are descriptors for a new process with two pipes. If they end halfway, Node's `spawn` keeps the
 * ends of the pipes open for ever, and has no streams.
 * @throws Error with the code EMFILE or ENFILE
 */
export function checkRoomForSpawn(): void {
  const free: number[] = []
  try {
    while (free.length < most) free.push(openSync('/dev/null', 'r'))
  } finally {
    for (const fd of free) closeSync(fd)
  }
}
