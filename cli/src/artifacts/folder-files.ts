import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Paths of all files below a folder, relative to it, with `/`. A symbolic link counts as its target, and not at all if
 * that is missing.
 */
export function filesBelow(folder: string, skip: (name: string) => boolean = () => false): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (skip(name)) return []
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isDirectory()) return filesBelow(path, skip).map((below) => `${name}/${below}`)
    return stats?.isFile() ? [name] : []
  })
}
