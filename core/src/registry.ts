import type { Config } from './config.ts'
import type { Plugin, PluginFactory } from './contract.ts'

/** A plugin that comes with the host: its names are known without importing it. */
export interface BuiltIn {
  readonly extensions: readonly string[]
  readonly package: string
  load(): Promise<{ readonly default: PluginFactory<never> }>
}

export type BuiltIns = Readonly<Record<string, BuiltIn>>

/** A language as configured: known before its package is imported. */
export interface Language {
  readonly name: string
  readonly extensions: readonly string[]
  readonly origin: 'built-in' | 'configuration'
  /** Package name, or the path as the configuration gives it. */
  readonly specifier: string
}

export declare class Registry {
  constructor(builtIns: BuiltIns, config: Config, taskRoot: string)
  readonly languages: readonly Language[]
  /** Imports, makes and checks a plugin; the second call gives the same object. */
  load(name: string): Promise<Plugin>
}
