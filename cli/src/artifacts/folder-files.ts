import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of all files below a folder, relative to it, with `/`; symbolic links count as what they lead to, and not at all when that is gone. */
export function filesBelow(folder: string, skip: (name: string) => boolean = () => false): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (skip(name)) return []
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isDirectory()) return filesBelow(path, skip).map((below) => `${name}/${below}`)
    return stats?.isFile() ? [name] : []
  })
}
