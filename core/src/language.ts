import type { PluginFactory } from './contract.ts'

/**
 * The facts about a language, besides its extensions, that the search for handlers needs without importing the plugin.
 */
export interface LanguageTraits {
  /** Runs executable files without a known extension. One language at most. */
  readonly executables?: boolean
  /**
   * Dots in a handler name separate folders, as in Python's imports: `pkg.mod.handler` is the function `handler` in
   * `pkg/mod.py`.
   */
  readonly dottedModules?: boolean
  /**
   * The place where a name is split into file and function: the last dot, as in `app.handler`; the first, as in
   * `app.users.list`; or none, because the language has no functions. `last-dot` when absent.
   */
  readonly functions?: 'last-dot' | 'first-dot' | 'none'
  /** A file name alone is no handler: the name needs its extension or a function. */
  readonly needsFunction?: boolean
  /** If several files fit, the first of `extensions` wins; otherwise two files are an error. */
  readonly prefersFirst?: boolean
  /**
   * If another language fits too, that language wins, and the log warns: for a language that was added to existing
   * ones.
   */
  readonly yields?: boolean
  /**
   * The plugin has a search path of its own and is asked for a name with a dot that fits no file:
   * `datadog_lambda.handler.handler`. One language at most.
   */
  readonly ownSearchPath?: boolean
  /** Extensions of compiled modules, which only a name with a dot can lead to: `.pyc`. */
  readonly compiled?: readonly string[]
  /**
   * Base name of the file that stands for its folder: with `__init__` the handler `pkg` is `pkg/__init__.py`, even if
   * there is a `pkg.py`.
   */
  readonly folderModule?: string
}

/** A plugin that comes with the host: its data is known without importing it. */
export interface BuiltIn extends LanguageTraits {
  readonly extensions: readonly string[]
  readonly package: string
  load(): Promise<{ readonly default: PluginFactory<never> }>
}

export type BuiltIns = Readonly<Record<string, BuiltIn>>

/** A language of the configuration: known before its package is imported. */
export interface Language extends LanguageTraits {
  readonly name: string
  readonly extensions: readonly string[]
  /** The origin of the plugin; a built-in that the configuration replaces by another package counts as configured. */
  readonly origin: 'built-in' | 'configuration'
  /** Package name, or the path as the configuration gives it. */
  readonly specifier: string
}
