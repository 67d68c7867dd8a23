import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
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

export interface EventFile {
  /** Leads through this process's descriptors: only who is told it can open the file. */
  readonly path: string
  /** The file is gone afterwards. */
  close(): void
}

/** An event too long for a frame, in a file. A full disk is the handlers' failure: it is for them to leave room. */
export function openEventFile(
  folder: string,
  event: Uint8Array,
): { readonly file?: EventFile; readonly failure?: { readonly errorType: string; readonly message: string } } {
  let fd = -1
  try {
    fd = openUnnamedFile(folder)
    for (let offset = 0; offset < event.length;) offset += writeSync(fd, event, offset)
  } catch (error) {
    if (fd >= 0) closeSync(fd)
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOSPC' && code !== 'EDQUOT')
      return { failure: { errorType: 'Runtime.PluginError', message: `no file for the event: ${messageOf(error)}` } }
    const message = `${dirname(folder)} is full: an event of ${event.length} bytes found no room there`
    const cure = 'remove what earlier events have left, or give the function more ephemeral storage'
    return { failure: { errorType: 'Function.DiskFull', message: `${message}; ${cure}` } }
  }
  return { file: { path: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) } }
}
