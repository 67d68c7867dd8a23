import { existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { resolvePlugin } from '@anyhandler/core/host'
import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import { packageOf } from './package-folder.ts'

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
 */
export async function pluginImports(
  name: string,
  specifier: string,
  root: string,
): Promise<readonly ImportedPackage[]> {
  const main = resolvePlugin({ name, specifier }, root)
  const { inputs } = await metafileOf(main, root)
  const own = packageOf(main).name
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path, external }) => external === true && isPackage(path))
      .map(({ path, kind }) => ({ name: packageName(path), file, optional: kind !== 'import-statement' }))
      .filter((found) => found.name !== own && !liesBeside(found.name, resolve(root, file), root)),
  )
}

/** Follows the imports as text; nothing runs. A file that can't be read fails when the plugin is loaded, which says more. */
async function metafileOf(main: string, root: string): Promise<Pick<Metafile, 'inputs'>> {
  try {
    const { metafile } = await build({
      entryPoints: [main],
      absWorkingDir: root,
      outdir: root,
      bundle: true,
      packages: 'external',
      platform: 'node',
      // Node knows no tsconfig.json: neither its paths, nor a fault in it.
      tsconfigRaw: {},
      format: 'esm',
      loader: { '.node': 'empty', '.wasm': 'empty' },
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    return metafile
  } catch {
    return { inputs: {} }
  }
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

/** `@scope/name` of `@scope/name/sub/path`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
