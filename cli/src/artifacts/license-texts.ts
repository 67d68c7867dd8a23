import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const names = /^(?:licen[cs]e|copying|notice)(?:[.-][\w.-]+)?$/i

/** The texts of the licence files at the top of a package, in the order of their names. */
export function licenseTexts(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name) && !/\.[cm]?[jt]s$/.test(entry.name))
    .map(({ name }) => name)
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}
