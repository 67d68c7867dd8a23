import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HostError } from '../errors.ts'
import type { BuiltIns } from '../language.ts'

/** The local environment of a function. */
export interface Surroundings {
  readonly languages: BuiltIns
  /** The whole environment of the function. */
  readonly variables: Readonly<Record<string, string>>
  readonly functionArn?: string
  readonly traceId?: string
}

/** The exports of `anyhandler/local`. */
interface LocalPackage {
  readonly builtIns: BuiltIns
  localEnvironment(settings: {
    readonly root: string
    readonly caller: Readonly<Record<string, string | undefined>>
  }): Omit<Surroundings, 'languages'>
}

/**
 * The languages of the `anyhandler` command, and the environment in which it runs a function. Core contains no
 * language. So it imports the command's package by its name, from the handlers' folder, the working directory or core's
 * own folder.
 *
 * @param languages in place of the command's
 * @throws HostError `Runtime.PluginNotFound` when the command is not installed
 */
export async function commandSurroundings(root: string, languages?: BuiltIns): Promise<Surroundings> {
  const module = localModule(root)
  if (module === undefined) {
    if (languages) return { languages, variables: present(process.env) }
    throw new HostError('Runtime.PluginNotFound', {
      problem: "the package 'anyhandler' is not installed, which brings the languages",
      cure: "run 'npm install --save-dev anyhandler', or give openFunction the option `languages`",
    })
  }
  const { builtIns, localEnvironment } = (await import(pathToFileURL(module).href)) as LocalPackage
  return { ...localEnvironment({ root, caller: process.env }), languages: languages ?? builtIns }
}

function present(variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter((one): one is [string, string] => one[1] !== undefined))
}

function localModule(root: string): string | undefined {
  for (const place of [root, process.cwd(), dirname(realpathSync(import.meta.filename))]) {
    try {
      return createRequire(join(place, 'package.json')).resolve('anyhandler/local')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}
