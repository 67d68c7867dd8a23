import type { PluginFactory } from '@anyhandler/core'

/** `plugins.__LANGUAGE__.options` of the configuration. */
export interface Options {
  /** The content type of answers; `application/json` when absent. */
  readonly contentType?: string
}

declare const plugin: PluginFactory<Options>
export default plugin
