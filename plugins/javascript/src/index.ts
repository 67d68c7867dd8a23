import { fileURLToPath } from 'node:url'
import type { PluginEnv, PluginFactory } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'
import { carrierCommand, nodeCommand, ownMajor } from './node-command.ts'
import { checkOptions } from './options.ts'
import type { JavaScriptOptions } from './options.ts'

export type { JavaScriptOptions } from './options.ts'

const folder = fileURLToPath(new URL('../driver/', import.meta.url))

/**
 * JavaScript handlers, as AWS's own Node runtimes run them: imported once, called for each event, on the main thread of
 * a warm process; several simultaneous events run in threads of one process.
 */
const javascript: PluginFactory<JavaScriptOptions> = (given) => {
  const options = checkOptions(given)
  return childPlugin({
    name: 'javascript',
    // The same bytes as AWS's own runtime answers.
    http: 'never',
    extensions: ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'],
    command: (env) => nodeCommand(options, env, `${folder}start.cjs`),
    ...(options.isolation !== 'process' && { carrier: (env) => carrierCommand(options, env, `${folder}carrier.cjs`) }),
    outputs: { output: 'log' },
    logsFailures: true,
    makesRecords: true,
    keepsChildren: options.keepProcesses ? 'all' : true,
    isOwnLine: (line) => line.includes(folder),
    load: (_handler, { taskRoot }: PluginEnv) => ({
      root: taskRoot,
      // Layers have a folder for each Node, and another one than the host's says itself which it is.
      ...(options.interpreter !== undefined && { layersOf: ownMajor }),
      ...(options.keepProcesses && { keepProcesses: '1' }),
    }),
  })
}

export default javascript
