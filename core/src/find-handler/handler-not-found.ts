import { existsSync, readdirSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { closestName } from '../closest-name.ts'
import { HostError } from '../errors.ts'
import type { Language } from '../language.ts'
import { listed, quote } from '../wording.ts'

interface Miss {
  /** The quoted name for messages. */
  readonly shown: string
  /** The name as a path relative to the task root. */
  readonly path: string
  readonly tried: readonly string[]
  readonly scope: { readonly taskRoot: string; readonly languages: readonly Language[] }
}

/** The error for a name that no rule finds, with the searched places, the existing files and the most similar name. */
export function notFound(miss: Miss): HostError {
  const { scope, path } = miss
  const folder = dirname(path)
  const entries = entriesOf(join(scope.taskRoot, folder))
  const foreign = foreignFile(basename(path), entries ?? [], scope.languages)
  if (foreign) return unknownExtension(miss, join(folder, foreign))
  return new HostError('Runtime.ImportModuleError', {
    problem: `the handler ${miss.shown} was not found in ${scope.taskRoot}`,
    details: `looked for ${listed(unique(miss.tried).map(plain), 'or')}`,
    cure: hint(miss, folder, entries),
  })
}

function unknownExtension({ shown, scope }: Miss, file: string): HostError {
  const extension = extname(file)
  const known = scope.languages.map(
    (language) => `${language.extensions.join(' ') || 'no extension'} (${language.name})`,
  )
  const runner = scope.languages.find((language) => language.executables)
  const ways = [`add a plugin for ${extension || 'it'} under plugins in the configuration`]
  if (runner)
    ways.push(
      `or make it executable (chmod +x, with a #! line) and name it ${quote(file)}: ${runner.name} runs programs`,
    )
  const files = extension ? `${extension} files` : 'files without an extension'
  return new HostError('Runtime.UnknownExtension', {
    problem: `the handler ${shown} seems to be ${quote(file)}, but no plugin runs ${files}`,
    cure: `known are ${listed(known) || 'none'}; ${ways.join(', ')}`,
  })
}

/**
 * A file with the right name but an extension that no language runs: the name itself, or the name (also without its
 * function) with an extension.
 */
function foreignFile(wanted: string, entries: readonly Dirent[], languages: readonly Language[]): string | undefined {
  const files = entries
    .filter((entry) => entry.isFile() && !isHandler(entry.name, languages) && !isCompiled(entry.name, languages))
    .map((entry) => entry.name)
  const withoutFunction = stemOf(wanted)
  return (
    files.find((file) => file === wanted) ??
    files.find(
      (file) =>
        extname(file) !== '' &&
        (stemOf(file) === wanted || (withoutFunction !== wanted && stemOf(file) === withoutFunction)),
    )
  )
}

function hint({ path, scope }: Miss, folder: string, entries: readonly Dirent[] | undefined): string {
  const where = folder === '.' ? 'the task root' : quote(folder)
  const module = asModule(path, scope)
  if (module) return module
  if (!entries) return `there is no folder ${quote(folder)}`
  if (entries.some((entry) => entry.isDirectory() && entry.name === basename(path))) return `${quote(path)} is a folder`
  const near = nearMiss(path, entries, scope)
  if (near) return near
  const handlers = unique(
    entries
      .filter((entry) => !entry.isDirectory() && isHandler(entry.name, scope.languages))
      .map((entry) => entry.name),
  )
  if (handlers.length === 0) return `${where} holds no handler at all`
  const meant = suggestion(basename(path), handlers, scope.languages)
  if (meant) return `did you mean ${quote(join(folder, meant))}?`
  const some = handlers.slice(0, 5).map((file) => plain(join(folder, file)))
  return `${where} holds ${handlers.length > 5 ? `${some.join(', ')} and ${handlers.length - 5} more` : listed(some)}`
}

/** `app.handler` although the file is `app/handler.py`: a name with a dot must end in a function. */
function asModule(path: string, { taskRoot, languages }: Miss['scope']): string | undefined {
  const base = path.replaceAll('.', '/')
  if (base === path) return undefined
  for (const { dottedModules, extensions } of languages) {
    const extension = dottedModules && extensions.find((one) => existsSync(join(taskRoot, base + one)))
    if (extension)
      return `${quote(base + extension)} is there and runs as ${quote(base)}, or as ${quote(`${path}.`)} and its function`
  }
  return undefined
}

/** A name without a needed function, or with a function although the language has none. */
function nearMiss(path: string, entries: readonly Dirent[], { languages }: Miss['scope']): string | undefined {
  const wanted = basename(path)
  const has = (file: string): boolean => entries.some((entry) => entry.name === file && !entry.isDirectory())
  for (const { name, compiled = [], extensions, functions, needsFunction } of languages) {
    const whole = needsFunction && extensions.find((extension) => has(wanted + extension))
    if (whole) {
      const [file, withFunction] = [quote(path + whole), quote(`${path}.handler`)]
      return `${file} exists, but a handler in ${name} needs its function in the name, such as ${withFunction}`
    }
    const module = compiled.find((extension) => has(wanted + extension))
    if (module) {
      return `${quote(path + module)} is a compiled module of ${name}: add the function to the name, such as ${quote(`${path}.handler`)}`
    }
    const stem = wanted.slice(0, wanted.lastIndexOf('.'))
    const plain = functions === 'none' && stem !== '' && extensions.find((extension) => has(stem + extension))
    if (plain) {
      return `${quote(join(dirname(path), stem + plain))} has no functions, and runs as ${quote(join(dirname(path), stem))}`
    }
  }
  return undefined
}

/**
 * In the form of the given name: a file for `helo.sql`, a name for `helo`, a name and the function for `helo.handler`.
 */
function suggestion(wanted: string, handlers: readonly string[], languages: readonly Language[]): string | undefined {
  const extension = extname(wanted)
  const stem = stemOf(wanted)
  const stems = unique(handlers.map(stemOf))
  if (isHandler(wanted, languages)) {
    const meant = closestName(stem, stems)
    return (
      closestName(
        wanted,
        handlers.filter((file) => extname(file) === extension),
      ) ?? handlers.find((file) => stemOf(file) === meant)
    )
  }
  const name = closestName(wanted, stems)
  if (name !== undefined || stem === wanted) return name
  const file = closestName(stem, stems)
  return file === undefined ? undefined : file + extension
}

function entriesOf(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return undefined
  }
}

function isHandler(file: string, languages: readonly Language[]): boolean {
  const extension = extname(file)
  return languages.some((language) => language.extensions.includes(extension))
}

function isCompiled(file: string, languages: readonly Language[]): boolean {
  return languages.some(({ compiled }) => compiled?.includes(extname(file)))
}

function stemOf(file: string): string {
  return file.slice(0, file.length - extname(file).length)
}

/** Names come from the file system, so names that could break a line are quoted. */
function plain(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : quote(path)
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)]
}
