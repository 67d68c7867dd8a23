import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

let count = 0

/**
 * An event too long for a frame, in a file without a name: only who is told the path, which leads through this process's descriptors, can open it, and it is gone when
 * the event is over.
 */
export function openEventFile(folder: string, event: Uint8Array): { readonly path: string; close(): void } {
  const name = join(folder, `event-${(count += 1)}`)
  const fd = openSync(name, 'wx+', 0o600)
  unlinkSync(name)
  for (let offset = 0; offset < event.length; ) offset += writeSync(fd, event, offset)
  return { path: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) }
}
