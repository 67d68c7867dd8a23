import { chmodSync, lstatSync, mkdirSync, rm, rmSync } from 'node:fs'
import { HostError, messageOf } from './errors.ts'

/**
 * Ensures that a folder exists and that only this user can enter it. A handler may have removed it, changed its mode,
 * or put a file or a link in its place (`rm -rf /tmp/*`). Such a file or link is removed, not followed.
 *
 * @param folder its parent exists
 * @throws HostError `Runtime.InvalidEnvironment` when it can't be made: another user's folder, a read-only file system
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
 * Removes a folder with its content; a missing folder is no error.
 * @returns true if it is gone: files of another user stay
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

/**
 * The same in the background, because a handler may have left 100,000 files. Files that can't be removed go with the
 * host's folder.
 */
export function removeFolderAside(folder: string): void {
  rm(folder, { recursive: true, force: true }, (error) => {
    if (!error) return
    const { spawn } = process.getBuiltinModule('node:child_process')
    spawn('/bin/sh', thorough(folder), { stdio: 'ignore' })
      .on('error', () => {})
      .unref()
  })
}

/** For folders that Node can't remove: without permissions, or with very long paths. */
function thorough(folder: string): readonly string[] {
  return ['-c', 'rm -rf -- "$1" || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }', 'sh', folder]
}
