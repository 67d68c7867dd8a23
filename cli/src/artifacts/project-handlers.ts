import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { findHandlers, HostError, Registry, routesName, tableNames } from '@anyhandler/core/host'
import type { Language } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import { UsageError } from '../usage-error.ts'
import type { BuildValues } from './build-options.ts'
import { hasExportedHandler, helpersAmong, isTool } from './helper-files.ts'
import type { Project } from './project.ts'

/**
 * Files with a language's extension that are no handlers: Python's package marker, SQL's connection script, the
 * platform's entry.
 */
const noHandlers: ReadonlySet<string> = new Set(['__init__.py', 'on_connect.sql', 'bootstrap'])

/**
 * Names of the project's handlers, for `_HANDLER`: `routes` where the configuration has tables, else those that it
 * maps, else one for each handler file at the top of the folder. A name that two files share is given with its
 * extension.
 */
function handlerNames(project: Project): readonly string[] {
  if (hasTables(project)) return [routesName]
  const mapped = Object.keys(project.config.handlers)
  return mapped.length > 0 ? mapped : handlersFound(project)
}

/** Whether the function is one with several handlers. */
export function hasTables({ config }: Project): boolean {
  return config.routes !== undefined || config.sources !== undefined
}

/** Names of the handler files at the top of the folder. */
export function handlersFound(project: Project): readonly string[] {
  const [modules, others] = partition(handlerFiles(project), ({ language }) => language.needsFunction ?? false)
  const stems = others.map(({ file }) => stemOf(file))
  const names = others.map(({ file }, index) =>
    stems.filter((stem) => stem === stems[index]).length > 1 ? file : (stems[index] ?? file),
  )
  return [...names, ...new Set(modules.map((module) => moduleName(module, stems)))]
}

/**
 * A file of a language whose handlers need a function: by the function, with the language where another has a file of
 * that name.
 */
function moduleName({ file, language }: HandlerFile, taken: readonly string[]): string {
  const stem = stemOf(file)
  if (stem.includes('.')) return file
  return `${taken.includes(stem) ? `${language.name}:` : ''}${stem}.handler`
}

function stemOf(file: string): string {
  return basename(file, extname(file))
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

export interface HandlerFile {
  /** Name in the project's folder. */
  readonly file: string
  readonly language: Language
}

/** Files at the top of the project that a language runs, without those that only serve others. */
export function handlerFiles(project: Project): readonly HandlerFile[] {
  const { languages } = new Registry(builtIns, project.config, project.root)
  const files = readdirSync(project.root)
  const helpers = helpersAmong(project.root, files)
  return files.flatMap((file) => {
    const stats = statSync(join(project.root, file), { throwIfNoEntry: false })
    if (!stats?.isFile() || noHandlers.has(file) || isTool(file) || helpers.has(file)) return []
    if (project.selection.reason(file, false) !== undefined) return []
    const extension = extname(file)
    const language =
      languages.find(({ extensions }) => extensions.includes(extension)) ??
      (extension === '' && (stats.mode & 0o111) !== 0 ? languages.find(({ executables }) => executables) : undefined)
    if (!language || (language.needsFunction && !hasExportedHandler(join(project.root, file)))) return []
    return [{ file, language }]
  })
}

/**
 * `--handlers a,b`, else the project's own.
 * @throws UsageError for an empty name, or when there is no handler at all
 */
export function handlersOf({ handlers: given }: Pick<BuildValues, 'handlers'>, project: Project): readonly string[] {
  const names = given?.split(',').map((name) => name.trim())
  if (names?.includes(''))
    throw new UsageError(
      `--handlers ${given} has an empty name in it; write names with commas, such as hello,app.handler`,
    )
  const handlers = names ?? handlerNames(project)
  if (handlers.length === 0) {
    throw new HostError('Runtime.ImportModuleError', {
      problem: `${project.root} has no handler at its top level`,
      cure: 'put one there, such as hello.sh, or name handlers in other folders with --handlers',
    })
  }
  return handlers
}

/** Built-in languages that the project's handlers are written in, in the order of the table of built-ins. */
export function projectLanguages(project: Project): readonly string[] {
  const { languages } = new Registry(builtIns, project.config, project.root)
  const used = handlerFiles(project).map(({ language }) => language.name)
  const { handlers } = project.config
  for (const name of hasTables(project) ? tableNames(project.config) : handlerNames(project)) {
    try {
      const found = findHandlers(name, { taskRoot: project.root, languages, handlers })
      used.push(...found.map(({ plugin }) => plugin))
    } catch (error) {
      // `anyhandler doctor` reports its fault.
      if (!HostError.is(error)) throw error
    }
  }
  return languages.filter(({ name, origin }) => origin === 'built-in' && used.includes(name)).map(({ name }) => name)
}
