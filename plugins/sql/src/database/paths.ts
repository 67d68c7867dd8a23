import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'

/** `true` for a path inside the folder, or the folder itself. Both must be real paths. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way))
}

/** The path with all symlinks resolved; its last part need not exist. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const folder = dirname(path)
  // A link to what doesn't exist yet: SQLite would create its target.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return realPath(resolve(folder, readlinkSync(path)))
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path
}
