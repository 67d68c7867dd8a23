import { readFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HandlerError } from '@anyhandler/core'
import type { HandlerRef, PluginEnv, PluginFactory } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'
import { contextOf } from './context.ts'
import { completeFailure } from './failure.ts'
import { mentionsRequest } from './request-names.ts'
import { checkOptions } from './options.ts'
import type { BashOptions } from './options.ts'
import { readScript } from './script.ts'

export type { BashOptions } from './options.ts'

const driver = fileURLToPath(new URL('../driver/start.bash', import.meta.url))
const extensions = ['.sh', '.bash']

/** Shell handlers: a script or a function, run by a warm bash that forks for each event, and any other executable file. */
const bash: PluginFactory<BashOptions> = (given) => {
  const options = checkOptions(given)
  const { contentType } = options
  return childPlugin({
    name: 'bash',
    http: 'shape',
    extensions,
    command: (env) => ({
      file: interpreterOf(options, env),
      args: [driver],
      variables: variablesOf(env),
      cure: 'install bash 5.1 or later in the image or a layer, or name one in plugins.bash.options.interpreter',
    }),
    outputs: { result: 'result', stdout: 'result', stderr: 'log' },
    context: contextOf,
    load: (handler, env) => loadOf(handler, env, options),
    ownFolder: true,
    ...(contentType !== undefined && { contentType }),
    ask: async (what, invocation) => (await import('./request.ts')).requestFor(what, invocation),
    failure: (failure, tail) => completeFailure(failure, tail, options.errorOutput ?? true),
  })
}

export default bash

function interpreterOf({ interpreter = 'bash' }: BashOptions, { taskRoot }: PluginEnv): string {
  return interpreter.includes('/') ? resolve(taskRoot, interpreter) : interpreter
}

/**
 * Names that bash itself looks at when it starts are not the driver's: it takes BASH_ENV with the handler, and the others would change the language that
 * the driver is written in. Lambda sets no HOME, which many programs want to write to.
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

function loadOf(
  handler: HandlerRef,
  { variables }: PluginEnv,
  { strict, answer, statuses = {} }: BashOptions,
): Readonly<Record<string, string>> {
  const { file } = handler
  if (file === undefined) {
    throw new HandlerError({
      errorType: 'Runtime.ImportModuleError',
      message: `there is no file for the handler '${handler.name}' in the task root`,
    })
  }
  const isScript = extensions.includes(extname(basename(file)))
  return {
    form: handler.function !== undefined ? 'function' : isScript ? 'script' : 'executable',
    ...(isScript && factsOf(file)),
    ...(strict && { strict: '1' }),
    ...(answer === 'stderr' && { answer }),
    ...(variables['BASH_ENV'] && { bashEnv: variables['BASH_ENV'] }),
    ...Object.fromEntries(Object.entries(statuses).map(([exit, http]) => [`status.${Number(exit)}`, String(http)])),
  }
}

/**
 * How the first line wants the script to be run, and whether it may read the request.
 * @throws HandlerError when bash would not run the script as it is meant
 */
function factsOf(file: string): Readonly<Record<string, string>> {
  const bytes = readFile(file)
  const script = readScript(bytes, basename(file))
  if (!script.ok) {
    const { errorType, fault, cure } = script.fault
    throw new HandlerError({ errorType, message: `${file} ${fault}; ${cure}` })
  }
  const { commands, posix, trace } = script.options
  return {
    ...(commands && { shebang: commands }),
    ...(posix && { posix: '1' }),
    ...(trace && { trace: '1' }),
    ...(mentionsRequest(bytes) && { request: '1' }),
  }
}

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const why = code === 'EACCES' ? 'permission denied; give it the read bit (chmod a+r)' : message
    throw new HandlerError({ errorType: 'Runtime.ImportModuleError', message: `${file} can't be read: ${why}` })
  }
}
