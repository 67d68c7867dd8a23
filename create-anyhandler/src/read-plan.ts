import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds, templates } from './templates.ts'
import type { Plan, PluginKind, TemplateName } from './templates.ts'
import { flags, UsageError } from './usage.ts'

/** Asks a person; the first choice is what Enter means. */
export interface Ask {
  text(question: string, usual: string): Promise<string>
  choice(question: string, choices: Readonly<Record<string, string>>, usual: string): Promise<string>
}

export interface Request {
  readonly plan: Plan
  readonly force: boolean
}

/**
 * @param ask given on a terminal; without it a missing value is an error, unless `--yes` was given
 * @throws UsageError
 */
export async function readPlan(args: readonly string[], ask: Ask | undefined): Promise<Request> {
  const { values, positionals } = parse(args)
  const { yes, force } = values
  const answers = yes ? undefined : ask
  const given = positionals[0]
  const missing = (flag: string, words: string): UsageError =>
    new UsageError(`${flag} is missing; ${words}, or --yes for the defaults`)

  const template = oneOf('--template', templates, values.template, 'mixed' as TemplateName)
  const chosen =
    template ??
    (yes ? 'mixed' : ((await answers?.choice('Which template?', templates, 'mixed')) as TemplateName | undefined)) ??
    raise(missing('--template', `there are ${Object.keys(templates).join(', ')}`))
  if (chosen !== 'plugin') refusePluginFlags(values)
  const usualFolder = chosen === 'plugin' ? 'anyhandler-plugin-mine' : 'my-functions'
  const folder =
    given ??
    (yes ? usualFolder : await answers?.text('Which folder?', usualFolder)) ??
    raise(missing('DIR', 'name the folder to make'))
  const kind =
    chosen !== 'plugin'
      ? 'warm'
      : (oneOf('--kind', kinds, values.kind, 'warm' as PluginKind) ??
        (yes
          ? 'warm'
          : ((await answers?.choice('How do its handlers run?', kinds, 'warm')) as PluginKind | undefined)) ??
        raise(missing('--kind', `there are ${Object.keys(kinds).join(', ')}`)))
  const name = values.name ?? packageName(basename(resolve(folder)))
  const language = values.language ?? (name.replace(/^(?:@[^/]+\/)?(?:anyhandler-plugin-)?/, '') || 'mine')
  const extension = values.extension ?? `.${language}`
  checkName(name)
  if (chosen === 'plugin') checkLanguage(language, extension)
  return { plan: { folder, template: chosen, kind, name, language, extension }, force }
}

function parse(args: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true })
    if (parsed.positionals.length > 1) throw new UsageError(`name only one folder, not also ${parsed.positionals[1]}`)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${(error as Error).message.split('. ')[0]} (see --help)`)
  }
}

/** @throws UsageError for a word that isn't among them */
function oneOf<Word extends string>(
  flag: string,
  words: Readonly<Record<Word, string>>,
  given: string | undefined,
  _like: Word,
): Word | undefined {
  if (given === undefined || Object.hasOwn(words, given)) return given as Word | undefined
  throw new UsageError(`${flag} ${given} is not known; there are ${Object.keys(words).join(', ')}`)
}

function refusePluginFlags(values: Readonly<Record<string, unknown>>): void {
  const flag = ['kind', 'language', 'extension'].find((one) => values[one] !== undefined)
  if (flag !== undefined) throw new UsageError(`--${flag} is for --template plugin`)
}

/** A folder's name as npm takes it. */
function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9._~-]+/g, '-')
      .replace(/^[._-]+/, '') || 'my-functions'
  )
}

/** Of built-in languages, and of files that Node or npm would take for something else. */
const taken = '.sh .bash .sql .py .js .mjs .cjs .ts .mts .cts .json .node .md'.split(' ')

function checkName(name: string): void {
  if (!/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name))
    throw new UsageError(`--name ${name} is not a valid package name: use lower-case letters, digits and hyphens`)
}

function checkLanguage(language: string, extension: string): void {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(language))
    throw new UsageError(
      `--language ${language} is not a valid plugin name: use lower-case letters, digits and hyphens`,
    )
  if (taken.includes(extension))
    throw new UsageError(`--extension ${extension} belongs to a language of anyhandler or Node; choose another one`)
  if (!/^\.[A-Za-z0-9_+-]{1,32}$/.test(extension))
    throw new UsageError(`--extension ${extension} is not an extension: write it with its dot, such as .pl`)
}

function raise(error: Error): never {
  throw error
}
