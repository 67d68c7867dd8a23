import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** The path with all symlinks resolved; its last part need not exist. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const folder = dirname(path)
  // A link to a missing file: SQLite would create its target.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return realPath(resolve(folder, readlinkSync(path)))
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path
}
