import { fileURLToPath } from 'node:url'
import { HandlerError } from '@anyhandler/core'
import type { HandlerRef, Plugin, PluginEnv } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'
import { contextOf } from './context.ts'
import { completeFailure } from './failure.ts'

const driver = fileURLToPath(new URL('../driver/start.bash', import.meta.url))

/** The differences between the languages that the bash driver runs. */
export interface ShellLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  readonly contentType?: string
  /** True if an error may contain lines of the handler's output; `true` when absent. */
  readonly errorOutput?: boolean
  /** How to install a missing bash. */
  readonly cure: string
  /** The bash that runs the driver. */
  interpreter(env: PluginEnv): string
  /** Pairs of the `load` frame: `form` and its parameters. */
  load(handler: HandlerRef & { readonly file: string }, env: PluginEnv): Readonly<Record<string, string>>
}

/** A plugin whose handlers run in a warm bash, each event in a process of its own. */
export function shellPlugin(language: ShellLanguage): Plugin {
  const { name, extensions, contentType, errorOutput = true } = language
  return childPlugin({
    name,
    http: 'shape',
    extensions,
    command: (env) => ({
      file: language.interpreter(env),
      args: [driver],
      variables: variablesOf(env),
      cure: language.cure,
    }),
    outputs: { result: 'result', stdout: 'result', stderr: 'log' },
    context: contextOf,
    load: (handler, env) => language.load(withFile(handler), env),
    ownFolder: true,
    ...(contentType !== undefined && { contentType }),
    ask: async (what, invocation) => (await import('./request.ts')).requestFor(what, invocation),
    failure: (failure, tail) => completeFailure(failure, tail, errorOutput),
  })
}

function withFile(handler: HandlerRef): HandlerRef & { readonly file: string } {
  const { file } = handler
  if (file !== undefined) return { ...handler, file }
  throw new HandlerError({
    errorType: 'Runtime.ImportModuleError',
    message: `there is no file for the handler '${handler.name}' in the task root`,
  })
}

/**
 * Variables that bash itself reads at its start are removed from the driver: the driver passes BASH_ENV to the handler,
 * and the others would change the driver's own behaviour. Lambda sets no HOME, but many programs write there.
 */
function variablesOf({ variables, taskRoot }: PluginEnv): Readonly<Record<string, string>> {
  const {
    BASH_ENV: _file,
    SHELLOPTS: _options,
    BASHOPTS: _more,
    POSIXLY_CORRECT: _posix,
    BASH_COMPAT: _compat,
    ...others
  } = variables
  return { HOME: '/tmp', ...others, LAMBDA_TASK_ROOT: variables['LAMBDA_TASK_ROOT'] || taskRoot }
}
