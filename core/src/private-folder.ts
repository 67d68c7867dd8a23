import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
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
    if (found) rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    throw new HostError('Runtime.InvalidEnvironment', {
      problem: `the folder ${folder} cannot be made: ${messageOf(error)}`,
      cure: 'name a writable folder in TMPDIR',
      cause: error,
    })
  }
}
