import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of other people's files, and of files that are no handlers. */
const passedBy = /^(?:\.|node_modules$|__pycache__$|venv$|tests?$|migrations$)/

/** The files below a folder that may be handlers, or read by some, in the languages whose coverage is known. */
export function handlerFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (passedBy.test(entry.name) || entry.name === 'on_connect.sql') return []
      if (entry.isDirectory()) return handlerFiles(path)
      return /\.(?:sh|bash|py|sql)$/.test(entry.name) ? [path] : []
    })
}
