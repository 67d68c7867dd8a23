import { checkOptions as check, HostError } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

/** `plugins.python.options` of the configuration. */
export interface PythonOptions {
  /** The program that runs the handlers: a name on PATH, or a path relative to the task root. `python3` when absent. */
  readonly interpreter?: string
  /** The folder of a virtual environment, relative to the task root; its own interpreter runs the handlers. */
  readonly venv?: string
  /**
   * Keep processes that a handler starts during an event, such as a browser that later events use. `false` when absent.
   */
  readonly keepProcesses?: boolean
}

const at = 'plugins.python.options'

/** Exported for the schema of configurations, too. */
export const rules: OptionRules<PythonOptions> = {
  interpreter: { type: 'string', allowed: 'the name or the path of a Python interpreter, such as python3.13' },
  venv: { type: 'string', allowed: 'the folder of a virtual environment, such as .venv' },
  keepProcesses: { type: 'boolean' },
}

/** @throws HostError `Runtime.InvalidConfiguration` */
export function checkOptions(given: unknown): PythonOptions {
  const options = check(at, given, rules)
  if (options.interpreter !== undefined && options.venv !== undefined) {
    throw new HostError('Runtime.InvalidConfiguration', {
      at,
      problem: `${at} has both interpreter and venv`,
      cure: 'a virtual environment has its own interpreter, so keep only one of the two',
    })
  }
  return options
}
