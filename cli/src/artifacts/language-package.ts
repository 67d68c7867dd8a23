import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkOptions, isInside, resolvePlugin } from '@anyhandler/core/host'
import type { LanguageTraits, OptionRules } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import { BuildError } from './build-error.ts'
import { dependency, packageOf } from './package-folder.ts'
import type { InstalledPackage } from './package-folder.ts'

/**
 * The key `anyhandlerPlugin` of a plugin's package.json: the facts for a bundle. docs/writing-a-plugin.md describes it.
 */
interface PluginManifest extends LanguageTraits {
  /**
   * Name and extensions of the language, as a configuration would give them. Those of built-in ones stand in the host.
   */
  readonly name?: string
  readonly extensions?: readonly string[]
  /** Folder of the driver, relative to the package: its files are added unchanged. */
  readonly driver?: string
  /**
   * Modules that run in threads, relative to the package's main file, without extension: each is a file of its own in
   * the bundle.
   */
  readonly workers?: readonly string[]
  /** Imported native module → its replacement; `{arch}` in it is `x64` or `arm64`. */
  readonly native?: Readonly<Record<string, string>>
  readonly needs?: Needs
}

/** The needs of a language besides its package. */
export interface Needs {
  /** Programs that must be found on PATH. */
  readonly programs?: readonly string[]
  /** Packages of Amazon Linux 2023 that bring them: an image installs these. */
  readonly packages?: readonly string[]
}

/** A language as a bundle takes it up. */
export interface LanguagePackage extends InstalledPackage {
  readonly name: string
  /** Name of the package. */
  readonly package: string
  readonly traits: LanguageTraits & { readonly extensions: readonly string[] }
  readonly driver: string | undefined
  readonly workers: readonly string[]
  readonly native: Readonly<Record<string, string>>
  readonly needs: Needs
}

const key = 'anyhandlerPlugin'
const path = { type: 'string', allowed: 'a path in the package' } as const

const word = { type: 'string', allowed: 'the name of a program or a package' } as const
const rules: OptionRules<PluginManifest> = {
  name: { type: 'string', allowed: 'the name of the language, such as perl' },
  extensions: { type: 'list', items: { type: 'string', allowed: 'an extension, such as .pl' } },
  executables: { type: 'boolean' },
  dottedModules: { type: 'boolean' },
  folderModule: { type: 'string', allowed: 'a file name without extension, such as __init__' },
  functions: { type: 'string', values: ['last-dot', 'first-dot', 'none'] },
  needsFunction: { type: 'boolean' },
  prefersFirst: { type: 'boolean' },
  yields: { type: 'boolean' },
  ownSearchPath: { type: 'boolean' },
  compiled: { type: 'list', items: { type: 'string', allowed: 'an extension, such as .pyc' } },
  driver: path,
  workers: { type: 'list', items: path },
  native: { type: 'mapping', keys: /./, keyAllowed: 'modules that the code imports', items: { type: 'string' } },
  needs: {
    type: 'mapping',
    keys: /^(?:programs|packages)$/,
    keyAllowed: 'programs or packages',
    items: { type: 'list', items: word },
  },
}

/**
 * The languages of a bundle.
 * @param names of built-in languages, and of packages that are installed in the working directory or above it
 * @throws HostError for a package that isn't installed, or whose `anyhandlerPlugin` is wrong
 * @throws BuildError for two languages that claim the same
 */
export function languagePackages(names: readonly string[]): readonly LanguagePackage[] {
  const languages = names.map((name) => (Object.hasOwn(builtIns, name) ? builtInPackage(name) : foreignPackage(name)))
  const owners = new Map<string, LanguagePackage>()
  for (const language of languages) {
    for (const claim of claimsOf(language)) {
      const owner = owners.get(claim)
      if (owner) {
        throw new BuildError({
          problem: `${owner.package} and ${language.package} both claim ${claim}`,
          cure: 'leave one of them out of --languages',
        })
      }
      owners.set(claim, language)
    }
  }
  return languages
}

function claimsOf({ name, traits }: LanguagePackage): string[] {
  const extensions = traits.extensions.map((extension) => `the extension ${extension}`)
  return [`the name ${name}`, ...extensions, ...(traits.executables ? ['executable files'] : [])]
}

/** All built-in languages: a module of theirs that another plugin imports looks for its files where they lie. */
export function builtInHomes(): readonly LanguagePackage[] {
  return Object.keys(builtIns).map(builtInPackage)
}

function builtInPackage(name: string): LanguagePackage {
  const { load: _, package: specifier, ...traits } = builtIns[name]!
  const installed = dependency(specifier)
  return { ...partsOf(readManifest(installed)), ...installed, name, package: specifier, traits }
}

function foreignPackage(specifier: string): LanguagePackage {
  return pluginPackage(specifier, resolvePlugin({ name: specifier, specifier }, process.cwd()))
}

/**
 * An external plugin: its package.json has the same facts as the table of built-ins.
 * @param main the file that an import of it loads
 * @throws HostError, BuildError when its `anyhandlerPlugin` is wrong
 */
export function pluginPackage(specifier: string, main: string): LanguagePackage {
  const installed = packageOf(main)
  if (installed.name === '') {
    throw new BuildError({
      problem: `the plugin ${specifier} is a file of no package, and only a package describes its language`,
      cure: `put a package.json with a name and "${key}" beside it, or leave it out of --languages: the function brings its own plugin files`,
    })
  }
  const { name, extensions, driver, workers, native, needs, ...traits } = readManifest(installed)
  if (name === undefined || extensions === undefined) {
    const missing = name === undefined ? 'name' : 'extensions'
    throw new BuildError({
      at: join(installed.folder, 'package.json'),
      problem: `${key}.${missing} is missing`,
      cure: `a plugin in the host's bundle must describe its language there: "${key}": { "name": "perl", "extensions": [".pl"] }`,
    })
  }
  const parts = partsOf({ driver, workers, native, needs })
  return { ...parts, ...installed, name, package: specifier, traits: { ...traits, extensions } }
}

type Parts = { readonly [Key in 'driver' | 'workers' | 'native' | 'needs']?: PluginManifest[Key] | undefined }

function partsOf({ driver, workers = [], native = {}, needs = {} }: Parts): Pick<LanguagePackage, keyof Parts> {
  return { driver, workers, native, needs }
}

/** The needs of the language in a plugin's package.json. @throws HostError when its `anyhandlerPlugin` is wrong */
export function needsOf(installed: InstalledPackage): Needs {
  return readManifest(installed).needs ?? {}
}

/** Packages of built-in languages whose code another plugin imports: their files are included. */
export function borrowedPackages(
  languages: readonly LanguagePackage[],
  sources: readonly string[],
): readonly LanguagePackage[] {
  const others = Object.keys(builtIns).filter((name) => languages.every((language) => language.name !== name))
  return others.map(builtInPackage).filter(({ folder }) => sources.some((path) => isInside({ path, folder })))
}

function readManifest({ folder }: InstalledPackage): PluginManifest {
  const file = join(folder, 'package.json')
  const { [key]: manifest = {} } = JSON.parse(readFileSync(file, 'utf8')) as { readonly [key]?: unknown }
  return checkOptions<PluginManifest>(`${file}: ${key}`, manifest, rules)
}
