import { fileURLToPath } from 'node:url'
import type { PluginEnv, PluginFactory } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'
import { findInterpreter } from './interpreter.ts'
import { checkOptions } from './options.ts'
import type { PythonOptions } from './options.ts'

export type { PythonOptions } from './options.ts'

const driver = fileURLToPath(new URL('../driver/start.py', import.meta.url))

/** Python handlers, as AWS's own python runtimes run them: imported once, called for each event, in a warm process. */
const python: PluginFactory<PythonOptions> = (given) => {
  const options = checkOptions(given)
  return childPlugin({
    name: 'python',
    // Byte for byte what AWS's own runtime answers.
    http: 'never',
    extensions: ['.py'],
    command: (env) => ({ ...findInterpreter(options, env.taskRoot), args: [driver], variables: variablesOf(env) }),
    outputs: { output: 'log' },
    logsFailures: true,
    filtersItsOwnLog: true,
    keepsChildren: true,
    keepsAll: options.keepProcesses ?? false,
    load: (_handler, { taskRoot }) => ({ root: taskRoot, ...(options.keepProcesses && { keepProcesses: '1' }) }),
  })
}

export default python

/** Handlers look for their own files in `LAMBDA_TASK_ROOT`, which only Lambda itself sets. */
function variablesOf({ variables, taskRoot }: PluginEnv): Readonly<Record<string, string>> {
  return { ...variables, LAMBDA_TASK_ROOT: variables['LAMBDA_TASK_ROOT'] || taskRoot }
}
