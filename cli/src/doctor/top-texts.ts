import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Larger files are data. */
const limit = 2 ** 20

/** The readable files at the top of a folder, packed or not: templates of functions are not packed. */
export function topTexts(root: string, names: RegExp): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(root)
    .filter((name) => names.test(name))
    .map((name) => ({ name, text: textIn(join(root, name)) }))
}

function textIn(path: string): string {
  try {
    const stats = statSync(path)
    return stats.isFile() && stats.size < limit ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}
