import type { PluginFactory } from '@anyhandler/core'

/** `plugins.__LANGUAGE__.options` of the configuration. */
export interface Options {
  /** The program to use instead of the usual one: a name on PATH, or a path. */
  readonly interpreter?: string
}

declare const plugin: PluginFactory<Options>
export default plugin
