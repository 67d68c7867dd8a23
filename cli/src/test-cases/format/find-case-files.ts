import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { caseSuffix } from './cases-of.ts'

/** Folders that hold other people's files. */
const passedBy = new Set(['node_modules', '__pycache__', 'venv'])

/** All case files below a folder, absolute, in order; hidden folders and those of packages left out. */
export function findCaseFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name.startsWith('.') || passedBy.has(entry.name) ? [] : findCaseFiles(path)
      return entry.name.endsWith(caseSuffix) ? [path] : []
    })
}

/** The handlers' folder of a case file: the nearest one up to `top` that has a configuration, else `top`. */
export function rootOf(file: string, top: string): string {
  for (let folder = dirname(file); folder !== top && !relative(top, folder).startsWith('..'); folder = dirname(folder))
    if (hasConfiguration(folder)) return folder
  return top
}

function hasConfiguration(folder: string): boolean {
  return readdirSync(folder).some(
    (name) =>
      /^anyhandler\.config\.(?:ya?ml|json|[cm]?[jt]s)$/.test(name) ||
      (name === 'package.json' && readFileSync(join(folder, name), 'utf8').includes('"anyhandler"')),
  )
}
