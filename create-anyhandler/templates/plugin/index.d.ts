import type { PluginFactory } from '@anyhandler/core'

/** `plugins.__LANGUAGE__.options` of the configuration. */
export interface Options {
  /** The program in place of the usual one: a name that is looked up on PATH, or a path. */
  readonly interpreter?: string
}

declare const plugin: PluginFactory<Options>
export default plugin
