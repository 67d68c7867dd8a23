import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, extname, join, relative, resolve } from 'node:path'
import { invalid, parseJson, readers, readText } from './config-text.ts'
import { HostError, messageOf } from '../errors.ts'
import { isInside } from '../task-root.ts'
import { listed, quote } from '../wording.ts'

/** A file with a configuration. */
export interface ConfigSource {
  /** Absolute path. */
  readonly path: string
  /** The name in messages: `anyhandler.config.yaml`, `package.json (key anyhandler)`. */
  readonly label: string
  /**
   * @throws HostError `Runtime.InvalidConfiguration` with file and line when the text is not in the format of its
   * extension
   */
  read(): Promise<unknown>
}

const stem = 'anyhandler.config'
const key = 'anyhandler'

/**
 * The configuration given by `--config`, else the one in the task root, if there is any. Two in one task root are an
 * error.
 */
export function findConfigSource(taskRoot: string, file: string | undefined): ConfigSource | undefined {
  if (file !== undefined) return givenSource(resolve(file), file)
  const names = namesIn(taskRoot)
  const sources = names.filter(isConfigName).map((name) => fileSource(regularFile(taskRoot, name), name))
  const packaged = names.includes('package.json')
    ? packageSource(regularFile(taskRoot, 'package.json'), 'package.json')
    : undefined
  if (packaged) sources.push(packaged)
  if (sources.length > 1) {
    throw new HostError('Runtime.InvalidConfiguration', {
      problem: `the task root holds more than one configuration, ${listed(sources.map((source) => source.label))}`,
      cure: 'keep one of them',
    })
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
    throw new HostError('Runtime.InvalidTaskRoot', {
      problem: `the task root ${quote(taskRoot)} can't be read as a folder: ${messageOf(error)}`,
      cure: "set LAMBDA_TASK_ROOT or --root to the handlers' folder",
      cause: error,
    })
  }
}

/** A file given by `--config` may lie outside of the task root, so its place is not checked. */
function givenSource(path: string, label: string): ConfigSource {
  if (!Object.hasOwn(readers, extname(path))) {
    throw invalid(label, {
      problem: `the name of a configuration file must end in ${listed(Object.keys(readers), 'or')}`,
    })
  }
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file')
  } catch (error) {
    throw unreadable(label, error)
  }
  if (basename(path) !== 'package.json') return fileSource(path, label)
  const source = packageSource(path, label)
  if (!source) throw invalid(label, { problem: `it has no key ${quote(key)}` })
  return source
}

function fileSource(path: string, label: string): ConfigSource {
  return { path, label, read: async () => readers[extname(path)]!(path, label) }
}

/** Most `package.json` have no configuration; a search in the text avoids parsing them. */
function packageSource(path: string, label: string): ConfigSource | undefined {
  const text = readText(path, label)
  if (!text.includes(`"${key}"`)) return undefined
  const content = parseJson(text, label)
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, key)) return undefined
  return { path, label: `${label} (key ${key})`, read: async () => (content as Record<string, unknown>)[key] }
}

/**
 * Refuses a path that is no file in the task root: a symbolic link out of it would open a file that was not deployed
 * with the function.
 */
function regularFile(taskRoot: string, name: string): string {
  const path = join(taskRoot, name)
  try {
    if (lstatSync(path).isFile()) return path
    const [folder, real] = [realpathSync(taskRoot), realpathSync(path)]
    if (!isInside({ path: real, folder })) {
      const where = quote(relative(folder, real))
      throw invalid(name, {
        problem: `the configuration file can't be read: it is a symbolic link that leads out of the task root, to ${where}`,
        cure: 'replace the link by the file itself',
      })
    }
    if (!statSync(real).isFile()) throw new Error('it is not a file')
  } catch (error) {
    throw HostError.is(error) ? error : unreadable(name, error)
  }
  return path
}

function unreadable(label: string, error: unknown): HostError {
  return invalid(label, { problem: `the configuration file can't be read: ${messageOf(error)}`, cause: error })
}
