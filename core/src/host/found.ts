import type { HandlerRef, Plugin, PluginEnv } from '../contract.ts'
import type { Shaping } from './shaping.ts'

/** A handler and its plugin; for a function with several handlers, all plugins behind the interface of one. */
export interface Found {
  readonly plugin: Plugin
  readonly pluginEnv: PluginEnv
  /** With several handlers: the handler that is named until an event has found its own. */
  readonly handler: HandlerRef
  readonly shaping: Pick<Shaping, 'respond'>
}
