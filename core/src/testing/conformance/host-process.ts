/**
 * A host in a process of its own, for handlers that only the end of their process can stop. Started by the conformance kit with the plugin's
 * module and options as JSON in its first argument, and the function's environment as its own.
 */
import { runProcess } from '../../bin.ts'
import { readEnv } from '../../env.ts'
import type { PluginFactory } from '../../contract.ts'
import { builtInsOf } from './subject.ts'

const { module, options } = JSON.parse(process.argv[2] ?? '{}') as { readonly module: string; readonly options: unknown }
const { default: factory } = (await import(module)) as { readonly default: PluginFactory<never> }
await runProcess({
  env: readEnv(process.env),
  builtIns: await builtInsOf({ factory, options }),
  logTo: 1,
  argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
  variables: process.env,
})
