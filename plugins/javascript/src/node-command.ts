import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { HostError } from '@anyhandler/core'
import type { PluginEnv } from '@anyhandler/core'
import type { DriverCommand } from '@anyhandler/core/child'
import type { JavaScriptOptions } from './options.ts'

/**
 * Node can't make a pipe, and gives a child sockets, on which `/dev/stdout` can't be opened. So a shell makes three
 * pipes from here-documents, which need a byte each, and then replaces itself by Node. Bash before 5.1 uses files for
 * here-documents.
 */
const pipes = `exec 5<<. 6<<. 7<<.

.

.

.
[ -p /proc/self/fd/7 ] || { set +o posix; eval 'exec 5< <(echo) 6< <(echo) 7< <(echo)'; }
exec "$@"`

/** The major version of the Node that runs this. */
export const ownMajor = process.versions.node.split('.', 1)[0] as string

/** The package folders of layers, including the one for this Node version. */
const layers = (major: string): string => `/opt/nodejs/node${major}/node_modules:/opt/nodejs/node_modules`

/**
 * A Node that runs a handler on its main thread.
 * @throws HostError `Runtime.InterpreterNotFound` when a path does not exist; a name is searched only at the start
 */
export function nodeCommand(options: JavaScriptOptions, env: PluginEnv, driver: string): DriverCommand {
  const heapMb = heapOf(env)
  const heap =
    heapMb === undefined ? [] : [`--max-semi-space-size=${heapMb.young}`, `--max-old-space-size=${heapMb.old}`]
  return command(options, env, [...heap, driver])
}

/**
 * A Node that runs a handler in several threads. A flag for the heap would apply to each thread, and can't be undone.
 * @throws as {@link nodeCommand}
 */
export function carrierCommand(options: JavaScriptOptions, env: PluginEnv, driver: string): DriverCommand {
  return command(options, env, [driver, pipes, String(heapOf(env)?.old ?? '')])
}

function command({ interpreter }: JavaScriptOptions, env: PluginEnv, args: readonly string[]): DriverCommand {
  const node = interpreter === undefined ? process.execPath : fileOf(interpreter, env.taskRoot)
  return {
    file: '/bin/sh',
    // The flags with which AWS's runtimes start Node.
    args: ['-c', pipes, 'anyhandler-javascript', node, '--expose-gc', '--max-http-header-size=81920', ...args],
    variables: variablesOf(env),
    cure: 'JavaScript handlers need a POSIX shell at /bin/sh',
  }
}

function fileOf(interpreter: string, taskRoot: string): string {
  if (!interpreter.includes('/')) return interpreter
  const file = resolve(taskRoot, interpreter)
  if (existsSync(file)) return file
  throw new HostError('Runtime.InterpreterNotFound', {
    problem: `the interpreter ${file} does not exist`,
    cure: 'name an existing program in plugins.javascript.options.interpreter',
  })
}

/** The function's memory without the host's share, in MiB. */
function heapOf({ variables }: PluginEnv): { readonly young: number; readonly old: number } | undefined {
  const memory = Number(variables['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'])
  if (!(memory >= 128)) return undefined
  const host = 48
  return { young: Math.round(memory * 0.05), old: Math.floor((memory - host) * 0.9) }
}

/**
 * Handlers find their own files through `LAMBDA_TASK_ROOT`, which only Lambda itself sets. `require` finds the packages
 * of layers, unless the function sets NODE_PATH.
 */
function variablesOf({ variables, taskRoot }: PluginEnv): Readonly<Record<string, string>> {
  const own = variables['NODE_PATH']?.replace(/(?:^|:)\/opt\/nodejs\/node_modules$/, '')
  return {
    ...variables,
    NODE_PATH: own || `${layers(ownMajor)}:${taskRoot}`,
    LAMBDA_TASK_ROOT: variables['LAMBDA_TASK_ROOT'] || taskRoot,
  }
}
