import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, extname, join, relative, resolve } from 'node:path'
import { HostError, messageOf } from './errors.ts'
import { importDefault } from './import-default.ts'
import { isInside } from './task-root.ts'
import { listed, quote } from './wording.ts'

/** A place that holds a configuration. */
export interface ConfigSource {
  /** Absolute. */
  readonly path: string
  /** As sentences name it: `anyhandler.config.yaml`, `package.json (key anyhandler)`. */
  readonly label: string
  /** @throws HostError `Runtime.InvalidConfiguration` with file and line when the text can't be read as what its extension says */
  read(): Promise<unknown>
}

/** A fault in a configuration, as the error that refuses it. */
export function invalid(label: string, sentence: string, cause?: unknown): HostError {
  return new HostError('Runtime.InvalidConfiguration', `${label}: ${sentence}`, cause === undefined ? undefined : { cause })
}

type Reader = (path: string, label: string) => unknown

const script: Reader = async (path, label) => {
  let content: unknown
  try {
    content = await importDefault(path)
  } catch (error) {
    throw invalid(withLine(label, lineInStack(error, path)), `the script can't be loaded: ${messageOf(error)}`, error)
  }
  if (content === undefined) throw invalid(label, 'the script has no default export; write `export default { … }`')
  return content
}

const readers: Readonly<Record<string, Reader>> = {
  '.yaml': readYaml,
  '.yml': readYaml,
  '.json': (path, label) => parseJson(readText(path, label), label),
  '.js': script,
  '.mjs': script,
  '.cjs': script,
  '.ts': script,
  '.mts': script,
  '.cts': script,
}

const stem = 'anyhandler.config'
const key = 'anyhandler'

/** The configuration given by hand, else the one in the task root, if there is any. Two in one task root are an error. */
export function findConfigSource(taskRoot: string, file: string | undefined): ConfigSource | undefined {
  if (file !== undefined) return givenSource(resolve(file), file)
  const names = namesIn(taskRoot)
  const sources = names.filter(isConfigName).map((name) => fileSource(regularFile(taskRoot, name), name))
  const packaged = names.includes('package.json') ? packageSource(regularFile(taskRoot, 'package.json'), 'package.json') : undefined
  if (packaged) sources.push(packaged)
  if (sources.length > 1) {
    throw new HostError(
      'Runtime.InvalidConfiguration',
      `the task root holds more than one configuration, ${listed(sources.map((source) => source.label))}; keep one of them`,
    )
  }
  return sources[0]
}

function isConfigName(name: string): boolean {
  const extension = extname(name)
  return Object.hasOwn(readers, extension) && name === stem + extension
}

function namesIn(taskRoot: string): string[] {
  try {
    return readdirSync(taskRoot)
  } catch (error) {
    throw new HostError('Runtime.InvalidEnvironment', `the task root ${quote(taskRoot)} can't be read as a folder: ${messageOf(error)}`, { cause: error })
  }
}

/** A person who names a file may name one outside the task root, so a given file is not checked for where it lies. */
function givenSource(path: string, label: string): ConfigSource {
  if (!Object.hasOwn(readers, extname(path))) {
    throw invalid(label, `a configuration file ends in ${listed(Object.keys(readers), 'or')}`)
  }
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file')
  } catch (error) {
    throw invalid(label, `the configuration file can't be read: ${messageOf(error)}`, error)
  }
  if (basename(path) !== 'package.json') return fileSource(path, label)
  const source = packageSource(path, label)
  if (!source) throw invalid(label, `there is no key ${quote(key)} in it`)
  return source
}

function fileSource(path: string, label: string): ConfigSource {
  return { path, label, read: async () => readers[extname(path)]!(path, label) }
}

/** Most `package.json` hold no configuration; a look at the text spares parsing them. */
function packageSource(path: string, label: string): ConfigSource | undefined {
  const text = readText(path, label)
  if (!text.includes(`"${key}"`)) return undefined
  const content = parseJson(text, label)
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, key)) return undefined
  return { path, label: `${label} (key ${key})`, read: async () => (content as Record<string, unknown>)[key] }
}

/** Refuses what isn't a file in the task root: a symbolic link that leads out of it would open a file that was not deployed with the function. */
function regularFile(taskRoot: string, name: string): string {
  const path = join(taskRoot, name)
  let real: string
  try {
    real = realpathSync(path)
    if (!statSync(real).isFile()) throw new Error('it is not a file')
  } catch (error) {
    throw invalid(name, `the configuration file can't be read: ${messageOf(error)}`, error)
  }
  const root = realpathSync(taskRoot)
  if (!isInside(root, real)) {
    throw invalid(name, `it is a symbolic link that leads out of the task root, to ${quote(relative(root, real))}; put the file itself there`)
  }
  return path
}

function readText(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw invalid(label, `the file can't be read: ${messageOf(error)}`, error)
  }
}

function parseJson(text: string, label: string): unknown {
  const error = jsonFault(text)
  if (!error) return JSON.parse(text)
  const what = error.message.replace(/, (?:\.\.\.)?".*$/s, '').replace(/ in JSON at position .*$/s, '')
  throw invalid(withLine(label, jsonLine(text)), `it is not JSON: ${what}`, error)
}

function jsonFault(text: string): Error | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error as Error
  }
}

/**
 * V8 doesn't always say where the fault is, so this asks: the first line with which the text goes wrong other than by ending early. No token of
 * JSON spans two lines.
 */
function jsonLine(text: string): number {
  const lines = text.trimEnd().split('\n')
  let prefix = ''
  for (const [index, line] of lines.entries()) {
    prefix += index === lines.length - 1 ? line : `${line}\n`
    const message = jsonFault(prefix)?.message
    if (message && !message.includes('end of JSON input') && !message.includes(`at position ${prefix.length} `)) return index + 1
  }
  return lines.length
}

/**
 * cosmiconfig gives the YAML loader only. Its search isn't used: it also reads (and runs) `.config/config.js` of the working directory and
 * follows `$import` to files outside the task root.
 */
async function readYaml(path: string, label: string): Promise<unknown> {
  const text = readText(path, label)
  if (text.split('\n').every((line) => /^\s*(?:#.*|---\s*)?$/.test(line))) return {}
  const { defaultLoaders } = await import('cosmiconfig')
  try {
    return await defaultLoaders['.yaml'](path, text)
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line?: number } }
    throw invalid(withLine(label, mark?.line === undefined ? undefined : mark.line + 1), `it is not YAML: ${reason ?? messageOf(error)}`, error)
  }
}

function withLine(label: string, line: number | undefined): string {
  return line === undefined ? label : `${label}:${line}`
}

function lineInStack(error: unknown, path: string): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const rest = stack.split(path)[1]
  const line = rest === undefined ? undefined : /^:(?<line>\d+)/.exec(rest)?.groups?.line
  return line === undefined ? undefined : Number(line)
}
