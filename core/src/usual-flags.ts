/**
 * V8's flags hold for a whole process, and its code caches fit the flags that they were made under: Node's own is for
 * the usual ones. A thread that finds it refused takes twice as long to start.
 */

type Switch = (isUsual: boolean) => void

let change: Switch | undefined
let needed = 0

/** From now on other flags hold, but where the usual ones are needed. @param to switches between the two */
export function leaveUsualFlags(to: Switch): void {
  change = to
  if (needed === 0) to(false)
}

/** The usual flags hold until what this returns is called. */
export function needUsualFlags(): () => void {
  needed += 1
  if (needed === 1) change?.(true)
  return () => {
    needed -= 1
    if (needed === 0) change?.(false)
  }
}

/** Loads a part of the host in the middle of an event, by its code cache. */
export async function loadUnderUsualFlags<Part>(load: () => Promise<Part>): Promise<Part> {
  const forgo = needUsualFlags()
  try {
    return await load()
  } finally {
    forgo()
  }
}
