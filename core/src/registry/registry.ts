import type { Config } from '../config/config.ts'
import type { Plugin, PluginFactory } from '../contract.ts'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import { defaultOf, importDefault } from '../import-default.ts'
import type { BuiltIns, Language } from '../language.ts'
import { languagesOf } from './languages-of.ts'
import { checkShape } from './plugin-shape.ts'
import { unknownPlugin } from './unknown-plugin.ts'
import { firstLine, quote } from '../wording.ts'

export type { BuiltIn, BuiltIns, Language, LanguageTraits } from '../language.ts'

/** The languages of this process and their plugins. A package is imported on first use. */
export class Registry {
  readonly languages: readonly Language[]
  readonly #builtIns: BuiltIns
  readonly #config: Config
  readonly #taskRoot: string
  readonly #plugins = new Map<string, Promise<Plugin>>()

  /**
   * @param taskRoot absolute, symlinks resolved
   * @throws HostError `Runtime.InvalidConfiguration` when a plugin that isn't built in lacks its package or its
   * extensions
   * @throws HostError `Runtime.PluginConflict` when two languages claim one extension, or both claim executables
   */
  constructor(builtIns: BuiltIns, config: Config, taskRoot: string) {
    this.#builtIns = builtIns
    this.#config = config
    this.#taskRoot = taskRoot
    this.languages = languagesOf(builtIns, config)
  }

  /**
   * Imports, makes and checks a plugin; the second call gives the same object.
   *
   * @throws HostError `Runtime.PluginNotFound`: no plugin of this name, or its package is not installed
   * @throws HostError `Runtime.PluginLoadError`: its module or its factory threw
   * @throws HostError `Runtime.PluginInvalid`: its export is not a plugin
   * @throws HostError | HandlerError that the factory itself throws, for example for wrong options
   */
  load(name: string): Promise<Plugin> {
    let plugin = this.#plugins.get(name)
    if (!plugin) {
      plugin = this.make(name)
      this.#plugins.set(name, plugin)
    }
    return plugin
  }

  /** Makes a new object of a plugin each time; otherwise like {@link load}. */
  async make(name: string): Promise<Plugin> {
    const language = this.languages.find((known) => known.name === name)
    if (!language) throw unknownPlugin(name, this.languages)
    const what = `plugin ${quote(name)} (${language.specifier})`
    const exported = await guarded(what, 'could not be imported', () => this.#import(language))
    if (typeof exported !== 'function') {
      throw new HostError('Runtime.PluginInvalid', {
        problem: `${what} has no function as its default export`,
        cure: 'export a factory: export default (options) => ({ name, … })',
      })
    }
    const entry = this.#config.plugins[name]
    const options: unknown = (entry && entry.options) ?? {}
    const made = await guarded(what, 'could not be made by its factory', async () =>
      (exported as PluginFactory)(options),
    )
    return checkShape(made, name, what)
  }

  async #import(language: Language): Promise<unknown> {
    if (language.origin === 'built-in') return defaultOf(await this.#builtIns[language.name]!.load())
    const { resolvePlugin } = await import('./plugin-package.ts')
    return importDefault(resolvePlugin(language, this.#taskRoot))
  }
}

/** Adds the failed step to an error, unless the error is a HostError or HandlerError already. */
async function guarded<Value>(what: string, step: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (HostError.is(error) || HandlerError.is(error)) throw error
    const problem = `${what} ${step}: ${firstLine(messageOf(error))}`
    const cure = cureOf(error)
    throw new HostError('Runtime.PluginLoadError', { problem, ...(cure !== undefined && { cure }), cause: error })
  }
}

/** Node reads a `.js` file as CommonJS where `package.json` says so, as `npm init` makes it. */
function cureOf(error: unknown): string | undefined {
  const isModule =
    error instanceof SyntaxError &&
    /^Cannot use import statement outside|^Unexpected token 'export'/.test(error.message)
  return isModule ? 'rename the file to .mjs, or write "type": "module" into the package.json of its folder' : undefined
}
