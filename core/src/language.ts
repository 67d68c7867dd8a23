import type { PluginFactory } from './contract.ts'

/** What the router must know of a language beyond its extensions, all of it without importing the plugin. */
export interface LanguageTraits {
  /** Runs executable files that have no known extension. One language at most. */
  readonly executables?: boolean
  /** Dots in a handler name separate folders, as in Python's imports: `pkg.mod.handler` is the function `handler` in `pkg/mod.py`. */
  readonly dottedModules?: boolean
  /**
   * Where a name that holds a file and a function is split: at its last dot, as `app.handler`, at its first, as `app.users.list`, or nowhere, because the language has no
   * functions. `last-dot` when absent.
   */
  readonly functions?: 'last-dot' | 'first-dot' | 'none'
  /** A file alone is no handler: a name gives it with its extension, or with a function. */
  readonly needsFunction?: boolean
  /** Of files that a name fits, the first of `extensions` is meant; else two are an error. */
  readonly prefersFirst?: boolean
  /** Where another language fits too, that one is taken, and the log says so: for a language that joined those that were there. */
  readonly yields?: boolean
  /** A name with a dot that no file fits is asked of the plugin, which has a search path of its own: `datadog_lambda.handler.handler`. One language at most. */
  readonly ownSearchPath?: boolean
  /** Extensions of compiled modules, which the plugin finds by a name with a dot only: `.pyc`. */
  readonly compiled?: readonly string[]
  /** Base name of the file that stands for its folder: with `__init__` the handler `pkg` is `pkg/__init__.py`, also where there is a `pkg.py`. */
  readonly folderModule?: string
}

/** A plugin that comes with the host: its names are known without importing it. */
export interface BuiltIn extends LanguageTraits {
  readonly extensions: readonly string[]
  readonly package: string
  load(): Promise<{ readonly default: PluginFactory<never> }>
}

export type BuiltIns = Readonly<Record<string, BuiltIn>>

/** A language as configured: known before its package is imported. */
export interface Language extends LanguageTraits {
  readonly name: string
  readonly extensions: readonly string[]
  /** Where the plugin comes from; a built-in that the configuration replaces by another package has the latter. */
  readonly origin: 'built-in' | 'configuration'
  /** Package name, or the path as the configuration gives it. */
  readonly specifier: string
}
