import { readFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { HandlerError } from '@anyhandler/core'
import type { HandlerRef, PluginEnv, PluginFactory } from '@anyhandler/core'
import { mayLookAtArguments } from './arguments.ts'
import { mentionsRequest } from './request-names.ts'
import { checkOptions } from './options.ts'
import type { BashOptions } from './options.ts'
import { readScript } from './script.ts'
import { shellPlugin } from './shell-plugin.ts'

export type { BashOptions } from './options.ts'

const extensions = ['.sh', '.bash']

/**
 * Shell handlers: a script or a function, run by a warm bash that forks for each event, and any other executable file.
 */
const bash: PluginFactory<BashOptions> = (given) => {
  const options = checkOptions(given)
  const { contentType, errorOutput } = options
  return shellPlugin({
    cure: 'install bash 5.1 or later in the image or a layer, or name one in plugins.bash.options.interpreter',
    name: 'bash',
    extensions,
    ...(contentType !== undefined && { contentType }),
    ...(errorOutput !== undefined && { errorOutput }),
    interpreter: (env) => interpreterOf(options, env),
    load: (handler, env) => loadOf(handler, env, options),
  })
}

export default bash

function interpreterOf({ interpreter = 'bash' }: BashOptions, { taskRoot }: PluginEnv): string {
  return interpreter.includes('/') ? resolve(taskRoot, interpreter) : interpreter
}

function loadOf(
  { file, function: method }: HandlerRef & { readonly file: string },
  { variables }: PluginEnv,
  { strict, answer, statuses = {} }: BashOptions,
): Readonly<Record<string, string>> {
  const isScript = extensions.includes(extname(basename(file)))
  return {
    form: method !== undefined ? 'function' : isScript ? 'script' : 'executable',
    ...(isScript && factsOf(file, variables)),
    ...(strict && { strict: '1' }),
    ...(answer === 'stderr' && { answer }),
    ...(variables['BASH_ENV'] && { bashEnv: variables['BASH_ENV'] }),
    ...Object.fromEntries(Object.entries(statuses).map(([exit, http]) => [`status.${Number(exit)}`, String(http)])),
  }
}

/**
 * The settings of a script: the options of its first line, and whether it may read the request.
 * @throws HandlerError when bash would not run the script as intended
 */
function factsOf(file: string, variables: PluginEnv['variables']): Readonly<Record<string, string>> {
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
    ...((variables['BASH_ENV'] || mayLookAtArguments(latin1(bytes))) && { argument: '1' }),
    ...(mentionsRequest(bytes) && { request: '1' }),
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
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
