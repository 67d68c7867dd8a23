import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { ensurePrivateFolder } from '../../private-folder.ts'

let count = 0

/**
 * A file without a name: it disappears with its last descriptor. Writes through any descriptor append to it.
 * @param folder a private folder; made again if a handler has removed it
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
  /** A path through this process's descriptors, so only a process that knows it can open the file. */
  readonly path: string
  /** Closes the file, which removes it. */
  close(): void
}

/**
 * Writes an event that is too long for a frame to a file. A full disk is a failure of the handler, which must leave
 * room.
 */
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
    const message = `${dirname(folder)} is full: an event of ${event.length} bytes does not fit`
    const cure = 'remove files of earlier events, or give the function more ephemeral storage'
    return { failure: { errorType: 'Function.DiskFull', message: `${message}; ${cure}` } }
  }
  return { file: { path: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) } }
}
