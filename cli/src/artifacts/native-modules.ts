import { createRequire } from 'node:module'
import { basename } from 'node:path'
import type { Plugin } from 'esbuild'
import { folderVariable } from './bundle-sources.ts'
import type { LanguagePackage } from './language-package.ts'
import { packageOf } from './package-folder.ts'
import type { Architecture } from './target.ts'

/** The native modules of a bundle. */
export interface NativeModules {
  /** Imported module → its replacement, on Linux with the bundle's architecture. */
  readonly imports: Readonly<Record<string, string>>
  /** Those that were met: name in the bundle's folder → file on this machine. Filled while the bundle is made. */
  readonly files: Map<string, string>
}

export function nativeModulesOf(languages: readonly LanguagePackage[], arch: Architecture): NativeModules {
  const imports = languages.flatMap(({ native }) =>
    Object.entries(native).map(([name, target]) => [name, target.replaceAll('{arch}', arch)]),
  )
  return { imports: Object.fromEntries(imports), files: new Map() }
}

/**
 * Leads imports to the modules of the bundle's architecture, and takes them from the bundle's folder, each by the name
 * of its package.
 */
export function nativeModules({ imports, files }: NativeModules): Plugin {
  const place = (file: string): { readonly path: string; readonly namespace?: string } => {
    if (!file.endsWith('.node')) return { path: file }
    const name = nameOf(file, files)
    files.set(name, file)
    return { path: name, namespace: 'native' }
  }
  return {
    name: 'native-modules',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) =>
        Object.hasOwn(imports, path) ? place(createRequire(importer).resolve(imports[path]!)) : undefined,
      )
      build.onResolve({ filter: /\.node$/ }, ({ path, importer }) => place(createRequire(importer).resolve(path)))
      build.onLoad({ filter: /^/, namespace: 'native' }, ({ path }) => ({
        contents: `module.exports = require(${folderVariable} + ${JSON.stringify(path)})`,
      }))
    },
  }
}

/** `better-sqlite3.node`; of a second module of the same package, its own name behind that. */
function nameOf(file: string, files: ReadonlyMap<string, string>): string {
  const stem = packageOf(file).name.replace('@', '').replaceAll('/', '-')
  const usual = files.get(`${stem}.node`)
  return usual === undefined || usual === file ? `${stem}.node` : `${stem}-${basename(file)}`
}
