import { findConfigSource } from './config-file.ts'
import type { HandlerConfig, RoutingConfig, SourceConfig, StatusRanges, WarmerConfig } from './routing.ts'
import type { LanguageTraits } from '../language.ts'
import { isPlainObject } from '../plain-object.ts'

/** The configuration as the host uses it: validated, frozen, defaults filled in. */
export interface Config {
  /** Absolute path of its file; absent = defaults. */
  readonly file?: string
  readonly transport: 'socket' | 'undici'
  /** Number of events at the same time locally; on Lambda the platform decides. */
  readonly concurrency: number
  /** Settings by plugin name. `false` turns a built-in off. */
  readonly plugins: Readonly<Record<string, false | PluginConfig>>
  /** `false`: HTTP answers have the format of payload 2.0 for every front door, and plain results stay unchanged. */
  readonly shape: boolean
  /** Handler name → handler name, found by the other rules; or a mapping with further settings. */
  readonly handlers: Readonly<Record<string, string | HandlerConfig>>
  /** `GET /links/{slug}` → handler name. Used only with `_HANDLER=routes`, like the sources. */
  readonly routes?: Readonly<Record<string, string>>
  /** An event goes to the first row that matches. */
  readonly sources?: readonly SourceConfig[]
  readonly routing?: RoutingConfig
  readonly warmer?: WarmerConfig
  /** The default of all handlers. */
  readonly failOn?: StatusRanges
}

/** Absent keys keep the values of the built-in. */
export interface PluginConfig extends LanguageTraits {
  /**
   * Package name, or a path relative to the task root, of a plugin that isn't built in; replaces a built-in of the same
   * name.
   */
  readonly package?: string
  /** Required for a plugin that isn't built in. */
  readonly extensions?: readonly string[]
  /** Given to the plugin's factory. */
  readonly options?: unknown
  /** `false`: with several languages in a function, this one starts at the first event that needs it. */
  readonly eager?: boolean
}

/** The type of a configuration file: `export default { … } satisfies ConfigInput` in `anyhandler.config.ts`. */
export type ConfigInput = Partial<Omit<Config, 'file' | 'sources'>> & {
  /** A list, or the short form kind → handler name. */
  readonly sources?: readonly SourceConfig[] | Readonly<Partial<Record<SourceConfig['from'], string>>>
}

const defaults: Config = deepFreeze({ transport: 'socket', concurrency: 1, shape: true, plugins: {}, handlers: {} })

/**
 * Reads `anyhandler.config.{yaml,json,js,ts,…}` or the key `anyhandler` of `package.json` in the task root; nothing
 * above it, beside it or in the home folder. Without a configuration the defaults apply, and neither cosmiconfig nor
 * valibot is imported: the search costs one `readdir`.
 *
 * @param file a file given by `--config`, absolute or relative to the working directory, instead of the search
 * @returns deeply frozen; only plain objects and lists are frozen; other values in `options` of a script, such as class
 * instances, stay unchanged
 * @throws HostError `Runtime.InvalidConfiguration` with one sentence: the file, the key, the value, the allowed values
 * @throws HostError `Runtime.InvalidTaskRoot` when the task root is not a readable folder
 */
export async function loadConfig(taskRoot: string, file?: string): Promise<Config> {
  const source = findConfigSource(taskRoot, file)
  if (!source) return defaults
  const [{ checkConfig }, content] = await Promise.all([import('./config-schema.ts'), source.read()])
  return deepFreeze({ file: source.path, ...defaults, ...checkConfig(content, source) })
}

/** Without recursion, because a file may have more levels than the stack; getters, which may throw, are not called. */
function deepFreeze<Value>(value: Value): Value {
  const found: unknown[] = [value]
  while (found.length > 0) {
    const next = found.pop()
    if (!(Array.isArray(next) || isPlainObject(next)) || Object.isFrozen(next)) continue
    Object.freeze(next)
    for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(next))) found.push(inner)
  }
  return value
}
