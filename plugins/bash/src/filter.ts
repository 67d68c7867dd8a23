import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { checkOptions, HandlerError, HostError } from '@anyhandler/core'
import type { HandlerRef, PluginEnv, PluginFactory } from '@anyhandler/core'
import { shellPlugin } from './shell-plugin.ts'

/** A language whose interpreter reads the event on standard input and writes the answer to standard output. */
export interface FilterLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  /**
   * The program that gets the handler's file as its last argument; a list adds arguments in between: `['awk', '-f']`.
   */
  readonly interpreter: string | readonly [program: string, ...args: string[]]
  /** Content type of answers; `application/json` when absent. */
  readonly contentType?: string
  /** How to install a missing program, as an instruction: `install gawk`. */
  readonly cure?: string
}

/** `plugins.NAME.options` of the configuration. */
export interface FilterOptions {
  /** The program to use instead of the language's own: a name on PATH, or a path relative to the task root. */
  readonly interpreter?: string
  /** Content type of the answers. */
  readonly contentType?: string
}

/**
 * A plugin for any `interpreter FILE <event >answer`: `export default filterPlugin({ name: 'awk', extensions: ['.awk'],
 * interpreter: ['awk', '-f'] })`.
 *
 * A warm bash forks for each event, as for an executable; see docs/bash.md. Standard output is the answer, standard
 * error the log, and an exit status that isn't 0 a failure.
 */
export function filterPlugin(language: FilterLanguage): PluginFactory<FilterOptions> {
  const [program, ...args] = [language.interpreter].flat() as [string, ...string[]]
  const { name, extensions, cure } = language
  return (given) => {
    const options = checkOptions<FilterOptions>(`plugins.${name}.options`, given, {
      interpreter: { type: 'string', allowed: `the name or the path of a program, such as ${program}` },
      contentType: { type: 'string', allowed: 'a content type, such as text/plain; charset=utf-8' },
    })
    const { interpreter = program, contentType = language.contentType } = options
    const missing = cure ?? `install it, or name another program in plugins.${name}.options.interpreter`
    const plugin = shellPlugin({
      cure: 'install bash 5.1 or later in the image or a layer',
      name,
      extensions,
      ...(contentType !== undefined && { contentType }),
      interpreter: () => 'bash',
      load(handler, env) {
        const words = [findProgram(interpreter, env, missing), ...args]
        refuseFunction(handler, name)
        return { form: 'executable', ...Object.fromEntries(words.map((word, index) => [`program.${index}`, word])) }
      },
    })
    return { ...plugin, programs: [interpreter] }
  }
}

/** @throws HostError `Runtime.InterpreterNotFound` at the start, not at the first event */
function findProgram(program: string, { taskRoot, variables }: PluginEnv, cure: string): string {
  const folders = (variables['PATH'] ?? '/usr/bin:/bin').split(delimiter)
  const places = program.includes('/')
    ? [resolve(taskRoot, program)]
    : folders.map((folder) => resolve(taskRoot, join(folder, program)))
  const found = places.find(isExecutable)
  if (found !== undefined) return found
  const problem = program.includes('/') ? `${program} is not an executable program` : `${program} was not found on PATH`
  throw new HostError('Runtime.InterpreterNotFound', { problem, cure })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function refuseFunction({ name, file, function: method }: HandlerRef, language: string): void {
  if (method === undefined) return
  const message = `the handler '${name}' names the function ${method} in ${file}, but ${language} handlers are whole files`
  throw new HandlerError({ errorType: 'Runtime.HandlerNotFound', message })
}
