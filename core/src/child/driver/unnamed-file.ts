import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePrivateFolder } from '../../private-folder.ts'

let count = 0

/**
 * A file that only descriptors lead to: it is gone with the last of them. What is written through any of them goes to its
 * end.
 * @param folder a private one; made anew when a handler has removed it
 */
export function openUnnamedFile(folder: string): number {
  const name = join(folder, `file-${(count += 1)}`)
  const fd = open(name, folder)
  unlinkSync(name)
  return fd
}

function open(name: string, folder: string): number {
  try {
    return openSync(name, 'ax+', 0o600)
  } catch {
    ensurePrivateFolder(folder)
    return openSync(name, 'ax+', 0o600)
  }
}

/** The beginning of a file, `limit` bytes at most. */
export function readBeginning(fd: number, limit: number): string {
  const bytes = Buffer.alloc(limit)
  return bytes.toString('utf8', 0, readSync(fd, bytes, 0, limit, 0))
}

/** An event too long for a frame, in a file: only who is told the path, which leads through this process's descriptors, can open it, and it is gone when the event is over. */
export function openEventFile(folder: string, event: Uint8Array): { readonly path: string; close(): void } {
  const fd = openUnnamedFile(folder)
  for (let offset = 0; offset < event.length;) offset += writeSync(fd, event, offset)
  return { path: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) }
}
