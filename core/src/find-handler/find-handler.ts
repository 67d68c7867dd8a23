import { realpathSync } from 'node:fs'
import { join, normalize } from 'node:path'
import type { HandlerRef } from '../contract.ts'
import { HostError } from '../errors.ts'
import { notFound } from './handler-not-found.ts'
import { HandlerSearch } from './handler-search.ts'
import type { Find } from './handler-search.ts'
import type { Language } from '../language.ts'
import { isInside } from '../task-root.ts'
import { unknownPlugin } from '../registry/unknown-plugin.ts'
import { listed, quote } from '../wording.ts'

/** The place and the rules of a search. */
export interface SearchScope {
  /** Absolute, symlinks resolved. */
  readonly taskRoot: string
  readonly languages: readonly Language[]
  /** The map `handlers` of the configuration. */
  readonly handlers: Readonly<Record<string, string | { readonly run: string | readonly string[] }>>
  /** Gets a sentence for the log if a name fits two languages and one of them yields. */
  onNote?(sentence: string): void
}

/** Paths and names become part of lines in a driver's protocol. */
const controlCharacter = /[\0-\u001f\u007f]/

/** Lambda itself allows 128. */
const longestName = 1024

/**
 * Finds the handler of a name, for a sequence the first one. The first rule that finds a file decides:
 *
 * 1. the configuration's map, whose value goes through the further rules;
 * 2. `plugin:target`: the further rules with that plugin's extensions only; without a file the plugin must find the
 *    target;
 * 3. an exact file, `reports/monthly.sql`, or an executable without a known extension;
 * 4. `name` and an extension, but not of a language whose handlers need a function;
 * 5. `file.function`, split at the last dot, or at the language's own place;
 * 6. a name with a dot, which a language's own search path may know: the plugin is asked, and throws `notFound` if it
 *    doesn't.
 *
 * The search stays inside the task root, and opens no file.
 *
 * @throws HostError `Runtime.InvalidTaskRoot`, `Runtime.MalformedHandlerName`, `Runtime.HandlerOutsideTaskRoot`,
 * `Runtime.PluginNotFound` (an unknown prefix), `Runtime.AmbiguousHandler` (two files in one rule),
 * `Runtime.UnknownExtension`, `Runtime.ImportModuleError` (nothing found)
 */
export function findHandler(name: string, scope: SearchScope): HandlerRef {
  if (name.trim() === '')
    throw malformed(
      '_HANDLER is empty',
      "set the function's handler to a name such as 'hello', 'app.handler' or 'sql:report'",
    )
  if (controlCharacter.test(scope.taskRoot))
    throw new HostError('Runtime.InvalidTaskRoot', {
      problem: `the task root ${quote(scope.taskRoot)} has a control character in its path`,
      cure: 'rename the folder',
    })
  if (controlCharacter.test(name))
    throw malformed(`the handler ${quote(name)} has a control character in it`, 'leave it out')
  const mapped = targetsOf(name, scope.handlers)?.[0]
  const wanted = mapped ?? name
  const shown = mapped === undefined ? quote(name) : `${quote(mapped)} (to which the configuration maps ${quote(name)})`
  const { plugin, target } = splitPrefix(wanted, scope.languages)
  const path = pathOf(target, shown)
  const search = new HandlerSearch(scope.taskRoot, plugin ? [plugin] : scope.languages)
  const finds = firstOf([() => search.exact(path), () => search.withExtension(path), () => search.withFunction(path)])
  const found = onlyOne(withoutYielding(finds, shown, scope), shown)
  if (found) {
    const file = join(scope.taskRoot, found.file)
    refuseOutside(scope.taskRoot, file, shown)
    return Object.freeze({
      name,
      plugin: found.language.name,
      target,
      file,
      ...(found.function !== undefined && { function: found.function }),
    })
  }
  if (plugin) return Object.freeze({ name, plugin: plugin.name, target })
  const error = notFound({ shown, path, tried: search.tried, scope })
  const asked = scope.languages.find((language) => language.ownSearchPath)
  if (!asked || !isDotted(path)) throw error
  return Object.freeze({ name, plugin: asked.name, target, notFound: error })
}

/**
 * Every handler of a name: a single one, or the steps of a sequence in the configuration's map.
 * @throws HostError as {@link findHandler}, for the first missing handler; `Runtime.InvalidConfiguration` for a step
 * that is a sequence
 */
export function findHandlers(name: string, scope: SearchScope): readonly HandlerRef[] {
  const targets = targetsOf(name, scope.handlers)
  if (!targets || targets.length < 2) return [findHandler(name, scope)]
  return targets.map((target) => {
    if ((targetsOf(target, scope.handlers)?.length ?? 1) > 1) {
      throw new HostError('Runtime.InvalidConfiguration', {
        problem: `the step ${quote(target)} of handlers[${quote(name)}].run is a sequence itself`,
        cure: 'write its steps directly into this list',
      })
    }
    return findHandler(target, scope)
  })
}

/** The entry of a name in the configuration's map. */
function targetsOf(name: string, handlers: SearchScope['handlers']): readonly string[] | undefined {
  const entry = Object.hasOwn(handlers, name) ? handlers[name]! : undefined
  const run = typeof entry === 'object' ? entry.run : entry
  return typeof run === 'string' ? [run] : run
}

/** Only a possible plugin name is a prefix: in `My:report` or `reports/a:b` the colon belongs to the file's name. */
function splitPrefix(wanted: string, languages: readonly Language[]): { plugin?: Language; target: string } {
  const { prefix, target } = /^(?<prefix>[a-z][a-z0-9-]*):(?<target>[^]*)$/.exec(wanted)?.groups ?? {}
  if (prefix === undefined || target === undefined) return { target: wanted }
  const plugin = languages.find((language) => language.name === prefix)
  if (!plugin) throw unknownPlugin(prefix, languages)
  return { plugin, target }
}

/** The target as a path relative to the task root, without `.` and `..`. */
function pathOf(target: string, shown: string): string {
  if (target.length > longestName)
    throw malformed(`the handler ${shown} is ${target.length} characters long`, `at most ${longestName} are allowed`)
  if (controlCharacter.test(target)) {
    throw malformed(`the handler ${shown} has a control character in it`, 'leave it out')
  }
  const path = normalize(target)
  if (path.startsWith('/'))
    throw outside(`the handler ${shown} is an absolute path`, 'name it relative to the task root')
  if (path === '..' || path.startsWith('../'))
    throw outside(`the handler ${shown} leads out of the task root`, 'handlers must be inside of it')
  if (target === '' || path === './' || path.endsWith('/') || path === '.') {
    throw malformed(
      `the handler ${shown} names ${target === '' ? 'no file' : 'a folder'}`,
      "name a handler such as 'hello' or 'reports/monthly'",
    )
  }
  return path
}

/** At least a module and a function. */
function isDotted(path: string): boolean {
  const [module, ...rest] = path.split('.')
  return module !== '' && rest.length > 0 && !rest.includes('')
}

function firstOf(rules: readonly (() => readonly Find[])[]): readonly Find[] {
  for (const rule of rules) {
    const finds = rule()
    if (finds.length > 0) return finds
  }
  return []
}

/** Removes handlers of languages that yield, if there are others. */
function withoutYielding(finds: readonly Find[], shown: string, { onNote }: SearchScope): readonly Find[] {
  const firm = finds.filter(({ language }) => !language.yields)
  const [taken] = firm
  const left = finds.find(({ language }) => language.yields)
  if (!taken || !left) return finds
  const files = listed([taken, left].map(({ file, language }) => `${file} (${language.name})`))
  const cure = `name the plugin too, such as '${left.language.name}:…', or rename one`
  onNote?.(`the handler ${shown} fits ${files}; until version 1.0 ${taken.language.name} runs it; ${cure}`)
  return firm
}

function onlyOne(finds: readonly Find[], shown: string): Find | undefined {
  if (finds.length < 2) return finds[0]
  const files = finds.map((find) => `${find.file} (${find.language.name})`)
  throw new HostError('Runtime.AmbiguousHandler', {
    problem: `the handler ${shown} fits ${listed(files)}`,
    cure: waysOut(finds),
  })
}

function waysOut(finds: readonly Find[]): string {
  const ways: string[] = []
  const prefixed = finds.map((find) => find.language.name)
  const [first] = finds
  if (new Set(prefixed).size === finds.length) ways.push(`name the plugin too, such as '${first!.language.name}:…'`)
  if (first!.function === undefined) ways.push(`name the file in full, such as ${quote(first!.file)}`)
  ways.push('choose one under handlers in the configuration', 'or rename one')
  return ways.join(', ')
}

function refuseOutside(taskRoot: string, file: string, shown: string): void {
  const real = realpathSync(file)
  if (isInside({ path: real, folder: taskRoot })) return
  throw outside(
    `the handler ${shown} is found at ${quote(file)}, but a symbolic link leads out of the task root from there, to ${quote(real)}`,
    'replace the link by the file itself',
  )
}

function malformed(problem: string, cure: string): HostError {
  return new HostError('Runtime.MalformedHandlerName', { problem, cure })
}

function outside(problem: string, cure: string): HostError {
  return new HostError('Runtime.HandlerOutsideTaskRoot', { problem, cure })
}
