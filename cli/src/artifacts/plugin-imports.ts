import { existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { resolvePlugin } from '@anyhandler/core/host'
import { build } from 'esbuild'
import type { Metafile, Plugin } from 'esbuild'
import { importFault, isBuildFailure, packageName } from './import-fault.ts'
import { installedFolder, packageOf } from './package-folder.ts'

/** A package that a plugin's code imports. */
export interface ImportedPackage {
  readonly name: string
  /** The importing file, relative to the project. */
  readonly file: string
  /** Whether the code may do without it: `import()` and `require()` can be tried. */
  readonly optional: boolean
}

/**
 * The packages that a plugin in the project's folder imports, in its own file and in those that it imports. Those that
 * lie beside the plugin, in a `node_modules` of its own, are packed as the project's files.
 *
 * @throws HostError when there is no such file
 * @throws BuildError for an import that leads nowhere, and for a file that can't be read
 */
export async function pluginImports(
  name: string,
  specifier: string,
  root: string,
): Promise<readonly ImportedPackage[]> {
  const main = resolvePlugin({ name, specifier }, root)
  const own = packageOf(main).name
  const { inputs } = await metafileOf(main, root, name)
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path, external }) => external === true && isPackage(path))
      .map(({ path, kind }) => ({ name: packageName(path), file, optional: kind !== 'import-statement' }))
      .filter((found) => found.name !== own && !liesBeside(found.name, resolve(root, file), root)),
  )
}

/** Follows the imports as text; nothing runs. */
async function metafileOf(main: string, root: string, name: string): Promise<Metafile> {
  try {
    const { metafile } = await build({
      entryPoints: [main],
      absWorkingDir: root,
      outdir: root,
      bundle: true,
      platform: 'node',
      conditions: ['module-sync'],
      // Node knows no tsconfig.json: neither its paths, nor a fault in it.
      tsconfigRaw: {},
      format: 'esm',
      loader: { '.node': 'empty', '.wasm': 'empty' },
      plugins: [packages],
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    return metafile
  } catch (error) {
    throw isBuildFailure(error) ? importFault(error, root, root, `plugin '${name}': `) : error
  }
}

/** Packages are not followed, but an `import` of an installed one must find what it names there. */
const packages: Plugin = {
  name: 'packages',
  setup(context) {
    context.onResolve({ filter: /^[@#\w]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === packages || isBuiltin(path)) return undefined
      const external = { path, external: true }
      const isThere = installedFolder(packageName(path), dirname(importer)) !== undefined
      if (kind !== 'import-statement' || !isPackage(path) || !isThere) return external
      const { errors } = await context.resolve(path, { kind, importer, resolveDir, pluginData: packages })
      return errors.length > 0 ? { errors: [{ text: `Could not resolve "${path}"` }] } : external
    })
  },
}

/** Neither a path, nor a URL, nor Node's own. */
function isPackage(specifier: string): boolean {
  return /^(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/|$)/.test(specifier) && !isBuiltin(specifier)
}

/** Whether the package is found below the project, before its own `node_modules`. */
function liesBeside(name: string, file: string, root: string): boolean {
  for (let folder = dirname(file); relative(root, folder) !== ''; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', name))) return true
    if (folder === dirname(folder)) return false
  }
  return false
}
