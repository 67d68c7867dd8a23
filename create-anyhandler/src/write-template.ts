import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layersOf } from './templates.ts'
import type { Plan } from './templates.ts'
import { UsageError } from './usage.ts'

const folder = fileURLToPath(new URL('../templates', import.meta.url))

/**
 * npm leaves files of these names out of a package, or takes them for the package's own: they lie there under others.
 */
const renamed: Readonly<Record<string, string>> = { _gitignore: '.gitignore', '_package.json': 'package.json' }

/**
 * Writes a plan's files.
 *
 * @param version of anyhandler
 * @returns the files, relative to the folder
 * @throws UsageError when the folder isn't empty and `force` is off; nothing is written then
 */
export function writeTemplate(plan: Plan, version: string, force: boolean): readonly string[] {
  const target = resolve(plan.folder)
  refuseFull(plan.folder, target, force)
  const files = new Map<string, string>()
  for (const layer of layersOf(plan)) {
    for (const file of filesBelow(join(folder, layer))) files.set(nameOf(file, plan), join(folder, layer, file))
  }
  for (const [name, source] of files) {
    const path = join(target, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, filled(readFileSync(source, 'utf8'), plan, version))
    if ((statSync(source).mode & 0o111) !== 0) chmodSync(path, 0o755)
  }
  return [...files.keys()].toSorted()
}

function refuseFull(shown: string, target: string, force: boolean): void {
  if (!existsSync(target)) return
  if (!statSync(target).isDirectory()) throw new UsageError(`${shown} is a file; name a folder`)
  const first = readdirSync(target).find((name) => name !== '.git')
  if (first !== undefined && !force)
    throw new UsageError(`${shown} is not empty (it has ${first}); name another folder, or write into it with --force`)
}

function filesBelow(top: string): string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
}

function nameOf(file: string, { extension }: Plan): string {
  const base = file.slice(file.lastIndexOf('/') + 1)
  const name = Object.hasOwn(renamed, base) ? file.slice(0, -base.length) + renamed[base]! : file
  return name.replace(/\.__EXT__$/, extension)
}

function filled(text: string, { name, language, extension }: Plan, version: string): string {
  return text
    .replaceAll('__NAME__', name)
    .replaceAll('__LANGUAGE__', language)
    .replaceAll('.__EXT__', extension)
    .replaceAll('__VERSION__', version)
}
