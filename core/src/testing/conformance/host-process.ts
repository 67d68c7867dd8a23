/**
 * A host in a separate process, for handlers that only the end of their process can stop. The conformance kit starts
 * it. Its first argument is JSON with the plugin's module, its options and the configuration file; its environment is
 * the function's.
 */
import { runProcess } from '../../host/process-life.ts'
import { readEnv } from '../../env/env.ts'
import type { PluginFactory } from '../../contract.ts'
import type { LanguageTraits } from '../../language.ts'
import { builtInsOf } from './subject.ts'

interface Argument {
  readonly module: string
  readonly options: unknown
  readonly language: LanguageTraits
  readonly configFile?: string
}

const { module, options, language, configFile } = JSON.parse(process.argv[2] ?? '{}') as Argument
const { default: factory } = (await import(module)) as { readonly default: PluginFactory<never> }
await runProcess({
  env: readEnv(process.env),
  builtIns: await builtInsOf({ factory, options, language }),
  ...(configFile !== undefined && { configFile }),
  logTo: 1,
  argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
  variables: process.env,
})
