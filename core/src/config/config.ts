import { findConfigSource } from './config-file.ts'
import type { HandlerConfig, RoutingConfig, SourceConfig, StatusRanges, WarmerConfig } from './routing.ts'
import type { LanguageTraits } from '../language.ts'
import { isPlainObject } from '../plain-object.ts'

/** The configuration as the host uses it: validated, frozen, defaults filled in. */
export interface Config {
  /** The file it came from, absolute; absent = defaults. */
  readonly file?: string
  readonly transport: 'socket' | 'undici'
  /** Events at once when run locally; on Lambda the platform decides. */
  readonly concurrency: number
  /** By plugin name. `false` turns a built-in off. */
  readonly plugins: Readonly<Record<string, false | PluginConfig>>
  /** `false`: HTTP answers go out in the format of payload 2.0, whichever front door they are for, and plain results as they are. */
  readonly shape: boolean
  /** Handler name → handler name, resolved by the further rules of finding; or a mapping that says more about it. */
  readonly handlers: Readonly<Record<string, string | HandlerConfig>>
  /** `GET /links/{slug}` → handler name. In use with `_HANDLER=routes` alone, as are the sources. */
  readonly routes?: Readonly<Record<string, string>>
  /** The first one that fits an event takes it. */
  readonly sources?: readonly SourceConfig[]
  readonly routing?: RoutingConfig
  readonly warmer?: WarmerConfig
  /** Of every handler that says nothing else. */
  readonly failOn?: StatusRanges
}

/** What is absent is the built-in's own. */
export interface PluginConfig extends LanguageTraits {
  /** Package name, or a path relative to the task root, of a plugin that isn't built in; replaces a built-in of the same name. */
  readonly package?: string
  /** Required for a plugin that isn't built in. */
  readonly extensions?: readonly string[]
  /** Given to the plugin's factory. */
  readonly options?: unknown
  /** `false`: with several languages in a function, this one is set up by the first event that needs it. */
  readonly eager?: boolean
}

/** What a configuration file may say: `export default { … } satisfies ConfigInput` in `anyhandler.config.ts`. */
export type ConfigInput = Partial<Omit<Config, 'file' | 'sources'>> & {
  /** A list, or in short kind → handler name. */
  readonly sources?: readonly SourceConfig[] | Readonly<Partial<Record<SourceConfig['from'], string>>>
}

const defaults: Config = deepFreeze({ transport: 'socket', concurrency: 1, shape: true, plugins: {}, handlers: {} })

/**
 * Reads `anyhandler.config.{yaml,json,js,ts,…}` or the key `anyhandler` of `package.json` in the task root; nothing above it, beside it or in
 * the home folder. Without any, the defaults hold and neither cosmiconfig nor valibot is imported: a look costs one `readdir`.
 *
 * @param file a file given by hand (`--config`), absolute or relative to the working directory, in place of the search
 * @returns deeply frozen; only plain objects and lists are frozen, what a script puts into `options` (class instances, say) stays as it is
 * @throws HostError `Runtime.InvalidConfiguration` with one sentence: the file, the key, what was found, what is allowed
 * @throws HostError `Runtime.InvalidTaskRoot` when the task root is not a readable folder
 */
export async function loadConfig(taskRoot: string, file?: string): Promise<Config> {
  const source = findConfigSource(taskRoot, file)
  if (!source) return defaults
  const [{ checkConfig }, content] = await Promise.all([import('./config-schema.ts'), source.read()])
  return deepFreeze({ file: source.path, ...defaults, ...checkConfig(content, source) })
}

/** Without recursion, for a file may have more levels than the stack; getters, which may throw, are not asked. */
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
