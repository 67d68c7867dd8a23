import { chmodSync, lstatSync, mkdirSync, readdirSync, rm, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HostError, messageOf } from './errors.ts'

/**
 * Sees to it that a folder is there, and that only this user can enter it: a handler may have removed it, changed its mode,
 * or put a file or a link in its place (`rm -rf /tmp/*`). What stands in its place is removed, not followed.
 *
 * @param folder its parent is there
 * @throws HostError `Runtime.InvalidEnvironment` when it can't be made: another user's, a read-only file system
 */
export function ensurePrivateFolder(folder: string): void {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (found?.isDirectory() && found.uid === process.getuid?.()) {
      if ((found.mode & 0o777) !== 0o700) chmodSync(folder, 0o700)
      return
    }
    if (found) removeFolder(folder)
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    throw new HostError('Runtime.InvalidEnvironment', {
      problem: `the folder ${folder} cannot be made: ${messageOf(error)}`,
      cure: 'name a writable folder in TMPDIR',
      cause: error,
    })
  }
}

/**
 * Removes a folder with all that is in it, also what a handler has taken the rights from (`chmod 000`). One that isn't there is fine.
 * @throws Error when something can't be removed: another user's
 */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    open(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same, beside the host's other work: a handler may have left 300,000 files. What can't be removed goes with the host's folder. */
export function removeFolderAside(folder: string): void {
  rm(folder, { recursive: true, force: true }, (error) => {
    if (!error) return
    try {
      open(folder)
      rm(folder, { recursive: true, force: true }, () => {})
    } catch {
      // Another user's, or gone by now.
    }
  })
}

/** Gives the owner all rights to a folder and to those in it. */
function open(folder: string): void {
  chmodSync(folder, 0o700)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) open(join(folder, entry.name))
  }
}
