import { fileURLToPath } from 'node:url'
import type { PluginEnv, PluginFactory } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'
import { findInterpreter } from './interpreter.ts'
import { checkOptions } from './options.ts'
import type { PythonOptions } from './options.ts'

export type { PythonOptions } from './options.ts'

const folder = fileURLToPath(new URL('../driver/', import.meta.url))
const driver = `${folder}start.py`

/** Python handlers, as AWS's own python runtimes run them: imported once, called for each event, in a warm process. */
const python: PluginFactory<PythonOptions> = (given) => {
  const options = checkOptions(given)
  return childPlugin({
    name: 'python',
    // The same bytes as AWS's own runtime answers.
    http: 'never',
    extensions: ['.py'],
    command: (env) => ({ ...findInterpreter(options, env), args: [driver], variables: variablesOf(env) }),
    outputs: { output: 'log' },
    logsFailures: true,
    makesRecords: true,
    keepsChildren: options.keepProcesses ? 'all' : true,
    isOwnLine: (line) => line.includes(folder),
    load: (_handler, { taskRoot }) => ({ root: taskRoot, ...(options.keepProcesses && { keepProcesses: '1' }) }),
  })
}

export default python

/**
 * Handlers find their own files through `LAMBDA_TASK_ROOT`, which only Lambda itself sets. The host adds the layers'
 * folder to `PYTHONPATH` for programs of other languages. Here the driver does what AWS's runtime does: it checks
 * whether the function sets `PYTHONPATH`.
 */
function variablesOf({ variables, taskRoot }: PluginEnv): Readonly<Record<string, string>> {
  const { PYTHONPATH, ...others } = variables
  const own = PYTHONPATH?.replace(/(?:^|:)\/opt\/python$/, '')
  return { ...others, ...(own && { PYTHONPATH: own }), LAMBDA_TASK_ROOT: variables['LAMBDA_TASK_ROOT'] || taskRoot }
}
