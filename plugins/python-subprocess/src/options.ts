import { HostError } from '@anyhandler/core'

/** `plugins.python.options` of the configuration. */
export interface PythonOptions {
  /** The program that runs the handlers: a name that is looked up on PATH, or a path, relative to the task root. `python3` when absent. */
  readonly interpreter?: string
  /** The folder of a virtual environment, relative to the task root; its own interpreter runs the handlers. */
  readonly venv?: string
  /** Leave alone what a handler starts during an event: a browser, say, that the next event uses again. `false` when absent. */
  readonly keepProcesses?: boolean
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.trim() !== '' && !value.includes('\0')

const allowed: { readonly [Key in keyof Required<PythonOptions>]: readonly [Check, string] } = {
  interpreter: [isText, 'the name or the path of a Python interpreter, such as python3.13'],
  venv: [isText, 'the folder of a virtual environment, such as .venv'],
  keepProcesses: [(value) => typeof value === 'boolean', 'true or false'],
}

/** @throws HostError `Runtime.InvalidConfiguration` with the key's path, what was found and what is allowed. */
export function checkOptions(options: unknown): PythonOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid('plugins.python.options', options, 'a mapping')
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(allowed, key)) {
      throw new HostError(
        'Runtime.InvalidConfiguration',
        `plugins.python.options.${key} is not known; there are ${Object.keys(allowed).join(', ')}`,
      )
    }
    const [check, text] = allowed[key as keyof PythonOptions]
    if (value !== undefined && !check(value)) throw invalid(`plugins.python.options.${key}`, value, text)
  }
  const checked: PythonOptions = options
  if (checked.interpreter !== undefined && checked.venv !== undefined) {
    const sentence =
      'plugins.python.options has both interpreter and venv; a virtual environment brings its own interpreter, so keep one of the two'
    throw new HostError('Runtime.InvalidConfiguration', sentence)
  }
  return checked
}

function invalid(key: string, value: unknown, text: string): HostError {
  return new HostError('Runtime.InvalidConfiguration', `${key} is ${JSON.stringify(value)}; it must be ${text}`)
}
