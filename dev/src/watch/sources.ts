import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import type { Config } from '@anyhandler/core/host'
import type { HandlerRef } from '@anyhandler/core'

/**
 * Files that a handler loads before it runs: the handler itself and files that its language reads beside it. Python
 * itself reports its imports after the handler has run.
 */
export function sourcesOf(handler: HandlerRef, root: string, config: Config): Sources {
  const { file, plugin } = handler
  if (file === undefined) return { files: [], folders: [] }
  const own = withTarget(file)
  switch (plugin) {
    case 'bash':
      return { files: [...own, ...sourcedBy(file)], folders: [] }
    case 'sql':
      return sqlSources(own, root, optionsOf(config, plugin))
    case 'python':
      return { files: own, folders: [] }
    case 'javascript':
      return { files: [...own, ...importedBy(file)], folders: [] }
    default:
      return { files: [...own, ...beside(file), ...pluginFiles(root, config, plugin)], folders: [] }
  }
}

/** Absolute paths. */
export interface Sources {
  readonly files: readonly string[]
  /** A file that comes into one of these is a source, too. */
  readonly folders: readonly string[]
}

/** A symbolic link and the file that it leads to: either may be replaced. */
function withTarget(file: string): readonly string[] {
  try {
    return [...new Set([file, realpathSync(file)])]
  } catch {
    return [file]
  }
}

/** `. ./lib.sh`, `source "$here/lib.sh"`: the last part of the path, looked for beside the script. */
const sourced =
  /(?:^|[;&|(]|\b(?:then|do|else))[ \t]*(?:\.|source)[ \t]+["']?(?:\$\{?\w+\}?\/|\$\([^)]*\)["']?\/)?(?<path>[\w./-]+)/gm

function sourcedBy(file: string): readonly string[] {
  return closure(file, (text, folder) => namesIn(text, sourced).map((name) => resolve(folder, name)))
}

/** Files that modules import by a relative path; packages are left out. */
const imported = /(?:\bfrom|\bimport|\brequire)[\s(]*["'](?<path>\.{1,2}\/[^"'\n]+)["']/g
const importedAs = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '/index.js']

function importedBy(file: string): readonly string[] {
  return closure(file, (text, folder) =>
    namesIn(text, imported).flatMap((name) => importedAs.map((ending) => resolve(folder, name + ending))),
  )
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(({ groups }) => groups?.['path'] ?? '')
}

/** A file, the files named in it, and so on. */
function closure(file: string, named: (text: string, folder: string) => readonly string[]): readonly string[] {
  const known = new Set([file])
  for (const path of known) for (const name of named(read(path), dirname(path))) if (isFile(name)) known.add(name)
  return [...known]
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function sqlSources(own: readonly string[], root: string, options: Readonly<Record<string, unknown>>): Sources {
  const { migrations = 'migrations', onConnect = 'on_connect.sql', functions } = options
  const named = [onConnect, functions].filter((value) => typeof value === 'string')
  const folders = typeof migrations === 'string' ? [resolve(root, migrations)] : []
  const applied = folders.flatMap((folder) =>
    names(folder)
      .filter((name) => name.endsWith('.sql'))
      .map((name) => join(folder, name)),
  )
  return { files: [...own, ...named.map((path) => resolve(root, path)), ...applied], folders }
}

/** For a language that doesn't report its files: all files of the same kind in the handler's folder. */
function beside(file: string): readonly string[] {
  const folder = dirname(file)
  return names(folder)
    .filter((name) => extname(name) === extname(file))
    .map((name) => join(folder, name))
}

/** A plugin that lies in the project is code that is being written, too. */
function pluginFiles(root: string, config: Config, plugin: string): readonly string[] {
  const entry = config.plugins[plugin]
  const path = entry && entry.package?.startsWith('.') ? resolve(root, entry.package) : undefined
  return path === undefined ? [] : [path, ...names(path).map((name) => join(path, name))]
}

function optionsOf(config: Config, plugin: string): Readonly<Record<string, unknown>> {
  const entry = config.plugins[plugin]
  const options = entry && entry.options
  return typeof options === 'object' && options !== null ? (options as Readonly<Record<string, unknown>>) : {}
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
