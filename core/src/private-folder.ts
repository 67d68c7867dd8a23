import { chmodSync, lstatSync, mkdirSync, rm, rmSync } from 'node:fs'
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
 * Removes a folder with all that is in it; one that isn't there is fine.
 * @returns whether it is gone: what is another user's stays
 */
export function removeFolder(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true })
    return true
  } catch {
    const { spawnSync } = process.getBuiltinModule('node:child_process')
    return spawnSync('/bin/sh', thorough(folder), { stdio: 'ignore' }).status === 0
  }
}

/** The same, beside the host's other work: a handler may have left 100,000 files. What can't be removed goes with the host's folder. */
export function removeFolderAside(folder: string): void {
  rm(folder, { recursive: true, force: true }, (error) => {
    if (!error) return
    const { spawn } = process.getBuiltinModule('node:child_process')
    spawn('/bin/sh', thorough(folder), { stdio: 'ignore' })
      .on('error', () => {})
      .unref()
  })
}

/** For what Node can't remove: folders without rights, and paths longer than the system takes at once. */
function thorough(folder: string): readonly string[] {
  return ['-c', 'rm -rf -- "$1" || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }', 'sh', folder]
}
