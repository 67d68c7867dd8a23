import type { HandlerRef, Plugin, PluginEnv } from '../contract.ts'
import type { Shaping } from './shaping.ts'

/** The handler, and the plugin that runs it; of a function with several, all plugins as one. */
export interface Found {
  readonly plugin: Plugin
  readonly pluginEnv: PluginEnv
  /** Of events that are for no handler, or not yet, where there are several. */
  readonly handler: HandlerRef
  readonly shaping: Pick<Shaping, 'respond'>
}
