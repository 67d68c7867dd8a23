import { closestName } from '../closest-name.ts'
import type { Config, PluginConfig } from '../config/config.ts'
import { HostError } from '../errors.ts'
import type { BuiltIns, Language, LanguageTraits } from '../language.ts'
import { listed, quote } from '../wording.ts'

/**
 * The active built-ins in their order, then the languages of the configuration.
 * @throws HostError as the registry's constructor says
 */
export function languagesOf(builtIns: BuiltIns, config: Config): readonly Language[] {
  const languages: Language[] = []
  for (const [name, builtIn] of Object.entries(builtIns)) {
    const entry = Object.hasOwn(config.plugins, name) ? config.plugins[name]! : {}
    if (entry === false) continue
    languages.push(
      Object.freeze({
        name,
        extensions: unique(entry.extensions ?? builtIn.extensions),
        origin: entry.package === undefined ? 'built-in' : 'configuration',
        specifier: entry.package ?? builtIn.package,
        ...traitsOf(builtIn, entry),
      }),
    )
  }
  for (const [name, entry] of Object.entries(config.plugins)) {
    if (Object.hasOwn(builtIns, name)) continue
    if (entry === false) refuseMistypedName(name, builtIns, config)
    else languages.push(addedLanguage(name, entry, builtIns, config))
  }
  const all = languages.map((language) => withoutYielded(language, languages, config))
  refuseClashes(all)
  return Object.freeze(all)
}

/**
 * A built-in that yields gives up extensions that a plugin claims, unless the configuration sets them for the built-in.
 */
function withoutYielded(language: Language, languages: readonly Language[], config: Config): Language {
  const entry = config.plugins[language.name]
  if (!language.yields || (entry && entry.extensions)) return language
  const taken = languages.filter((other) => other !== language).flatMap(({ extensions }) => extensions)
  if (!language.extensions.some((extension) => taken.includes(extension))) return language
  const extensions = language.extensions.filter((extension) => !taken.includes(extension))
  return Object.freeze({ ...language, extensions })
}

function addedLanguage(name: string, entry: PluginConfig, builtIns: BuiltIns, config: Config): Language {
  if (entry.package === undefined || entry.extensions === undefined) {
    const names = Object.keys(builtIns)
    const meant = closestName(name, names)
    const missing = entry.package === undefined ? 'package' : 'extensions'
    throw invalid(
      config,
      `plugins.${name}.${missing} is missing${meant ? ` (did you mean ${quote(meant)}?)` : ''}`,
      `a plugin that isn't built in (built in ${names.length === 1 ? 'is' : 'are'} ${listed(names) || 'none'}) needs ` +
        `package, such as anyhandler-plugin-${name} or ./plugins/${name}.js, and extensions, such as [.pl]`,
    )
  }
  return Object.freeze({
    name,
    extensions: unique(entry.extensions),
    origin: 'configuration',
    specifier: entry.package,
    ...traitsOf(entry),
  })
}

/**
 * `false` for an unknown language is allowed, because one configuration may serve layers with different built-ins. A
 * name that is similar to a built-in's is an error, because that language would stay on by mistake.
 */
function refuseMistypedName(name: string, builtIns: BuiltIns, config: Config): void {
  const meant = closestName(name, Object.keys(builtIns))
  if (meant)
    throw invalid(config, `plugins.${name} turns off a plugin that doesn't exist`, `did you mean ${quote(meant)}?`)
}

function refuseClashes(languages: readonly Language[]): void {
  const owners = new Map<string, Language>()
  for (const language of languages) {
    const claims = language.extensions.map((extension) => [`the extension ${extension}`, 'extensions'] as const)
    for (const [claim, key] of [
      ...claims,
      ...(language.executables ? [['executable files', 'executables'] as const] : []),
    ]) {
      const owner = owners.get(claim)
      if (owner) {
        throw new HostError('Runtime.PluginConflict', {
          problem: `two plugins claim ${claim}: ${owner.name} (${owner.specifier}) and ${language.name} (${language.specifier})`,
          cure: `turn one off (plugins.${owner.name}: false) or set plugins.${owner.name}.${key} or plugins.${language.name}.${key}`,
        })
      }
      owners.set(claim, language)
    }
  }
}

/** For each trait the last definition decides. */
function traitsOf(...sources: readonly LanguageTraits[]): LanguageTraits {
  const traits: { -readonly [Key in keyof LanguageTraits]: LanguageTraits[Key] } = {}
  for (const source of sources) {
    const { executables, dottedModules, folderModule, functions, ownSearchPath, compiled } = source
    const { needsFunction, prefersFirst, yields } = source
    if (executables !== undefined) traits.executables = executables
    if (dottedModules !== undefined) traits.dottedModules = dottedModules
    if (folderModule !== undefined) traits.folderModule = folderModule
    if (functions !== undefined) traits.functions = functions
    if (needsFunction !== undefined) traits.needsFunction = needsFunction
    if (prefersFirst !== undefined) traits.prefersFirst = prefersFirst
    if (yields !== undefined) traits.yields = yields
    if (ownSearchPath !== undefined) traits.ownSearchPath = ownSearchPath
    if (compiled !== undefined) traits.compiled = compiled
  }
  return traits
}

function unique(extensions: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(extensions)])
}

function invalid(config: Config, problem: string, cure: string): HostError {
  return new HostError('Runtime.InvalidConfiguration', { at: config.file ?? 'the configuration', problem, cure })
}
