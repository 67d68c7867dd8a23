import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** One import in a source file. Paths are relative to the repository. */
export interface Import {
  readonly from: string
  /** A file of the repository, or the name of a package. */
  readonly to: string
  readonly isFile: boolean
}

const root = join(import.meta.dirname, '../..')
const statement = /^(?:import|export)\b(?:[^'"]*?\bfrom)?\s*['"](?<specifier>[^'"]+)['"]/gm
const call = /\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/g

/** The files that borders are about. */
export function sourceFiles(): readonly string[] {
  return globSync(
    [
      'core/src/**/*.ts',
      'dev/src/**/*.ts',
      'cli/src/**/*.ts',
      'create-anyhandler/src/**/*.ts',
      'plugins/*/src/**/*.ts',
    ],
    {
      cwd: root,
    },
  ).toSorted()
}

/** What a source imports or re-exports, types included, at its top or later. */
export function importsOf(file: string, text: string = readFileSync(join(root, file), 'utf8')): readonly Import[] {
  return [...text.matchAll(statement), ...text.matchAll(call)].map((match) => {
    const specifier = match.groups?.['specifier'] ?? ''
    const isFile = specifier.startsWith('.')
    return { from: file, to: isFile ? normalize(join(dirname(file), specifier)) : packageOf(specifier), isFile }
  })
}

/** `@anyhandler/core` of `@anyhandler/core/child`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
