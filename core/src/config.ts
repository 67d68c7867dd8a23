/** The configuration as the host uses it: validated, frozen, defaults filled in. */
export interface Config {
  /** The file it came from; absent = defaults. */
  readonly file?: string
  readonly transport: 'socket' | 'undici'
  /** Events at once at the desk; on Lambda the platform decides. */
  readonly concurrency: number
  /** By plugin name. `false` turns a built-in off. */
  readonly plugins: Readonly<Record<string, false | PluginConfig>>
  /** Handler name → handler name, resolved by the router's further rules. */
  readonly handlers: Readonly<Record<string, string>>
}

export interface PluginConfig {
  /** Package name or relative path of a plugin that isn't built in. */
  readonly package?: string
  /** Replaces the built-in's own; required for a plugin that isn't built in. */
  readonly extensions?: readonly string[]
  /** Given to the plugin's factory. */
  readonly options?: unknown
}

export declare function loadConfig(taskRoot: string, file?: string): Promise<Config>
