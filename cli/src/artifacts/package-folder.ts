import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BuildError } from './build-error.ts'

/** A package on this machine, symlinks resolved. */
export interface InstalledPackage {
  /** The file that an import takes. */
  readonly main: string
  readonly folder: string
}

/** @param specifier of what this package depends on: `@anyhandler/sql`, `@anyhandler/core/host` */
export function dependency(specifier: string): InstalledPackage {
  return packageOf(fileURLToPath(import.meta.resolve(specifier)))
}

/** The keys of a package.json that are read here. */
interface Manifest {
  readonly name?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** The package.json of a folder; empty without one. @throws BuildError when it can't be read */
export function readManifest(folder: string): Manifest {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return {}
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BuildError({ at: file, problem: `${file} is not JSON: ${(error as Error).message}`, cause: error })
  }
  if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)) return manifest
  throw new BuildError({ at: file, problem: `${file} is not a JSON object` })
}

/**
 * The package that a file belongs to: of the nearest package.json with a name.
 * @throws BuildError when one can't be read
 */
export function packageOf(file: string): InstalledPackage & { readonly name: string } {
  const main = realpathSync(file)
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    const { name } = readManifest(folder)
    if (name !== undefined || folder === dirname(folder)) return { main, folder, name: name ?? '' }
  }
}

/** A package, as its package.json describes it. */
export interface NamedPackage {
  readonly name: string
  readonly version: string
  /** An expression of SPDX, `MIT`; `NOASSERTION` when nothing is said. */
  readonly license: string
  readonly folder: string
}

/** The packages that some files belong to, each once, by name and version. */
export function packagesOf(files: readonly string[]): readonly NamedPackage[] {
  const byFolder = new Map<string, NamedPackage>()
  for (const file of files) {
    const { name, folder } = packageOf(file)
    if (name === '' || byFolder.has(folder)) continue
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
    const { version, license } = manifest
    byFolder.set(folder, {
      name,
      version: typeof version === 'string' ? version : '0.0.0',
      license: typeof license === 'string' ? license : 'NOASSERTION',
      folder,
    })
  }
  const sorted = [...byFolder.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  return sorted.filter((one, index) => index === 0 || keyOf(one) !== keyOf(sorted[index - 1]!))
}

function keyOf({ name, version }: NamedPackage): string {
  return `${name}@${version}`
}

/**
 * Where Node finds a package for the code in a folder: in the nearest `node_modules`; undefined when it isn't
 * installed.
 */
export function installedFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}
