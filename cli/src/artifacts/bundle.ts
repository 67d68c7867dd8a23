import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import type { Metafile, Plugin } from 'esbuild'
import { BuildError } from './build-error.ts'
import { bundleSources } from './bundle-sources.ts'
import type { BundleFile } from './bundle-file.ts'
import type { Home } from './bundle-sources.ts'
import { withStableNames } from './chunk-names.ts'
import { importFault, isBuildFailure } from './import-fault.ts'
import { nativeModules } from './native-modules.ts'
import type { NativeModules } from './native-modules.ts'

/** An entry: a file on this machine or {@link entrySpecifier}, and its path in the bundle without extension. */
export interface BundleEntry {
  readonly in: string
  readonly out: string
}

export interface BundleOptions {
  readonly entries: readonly BundleEntry[]
  /** Source of the entry that has no file. */
  readonly entry?: string
  readonly homes: readonly Home[]
  readonly native?: NativeModules
  /** Imports of these modules stay as they are. */
  readonly external?: RegExp
  readonly extension: '.cjs' | '.js'
  /** `false`: one file for each entry; modules imported on demand still run on demand, but lie in that file. */
  readonly split?: boolean
}

export interface Bundle {
  readonly files: readonly BundleFile[]
  /** Modules of this machine that are in it. */
  readonly sources: readonly string[]
}

/** The oldest Node that bundles run on. */
export const bundleTarget = 'node22.19'

/** Bundled and minified modules, split so that modules imported on demand are loaded on demand. @throws BuildError */
export async function bundle({
  entries,
  entry,
  homes,
  native,
  external,
  extension,
  split = true,
}: BundleOptions): Promise<Bundle> {
  const outdir = join(import.meta.dirname, 'bundle')
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [...entries],
      absWorkingDir: import.meta.dirname,
      outdir,
      outExtension: { '.js': extension },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: split,
      format: 'esm',
      platform: 'node',
      target: bundleTarget,
      // esbuild turns these expressions into `new RegExp(…)`, and can't drop one that nothing uses.
      supported: { 'regexp-unicode-property-escapes': true },
      minify: true,
      legalComments: 'none',
      write: false,
      metafile: true,
      logLevel: 'silent',
      // The workspace's sources, when the command itself runs from them.
      conditions: process.execArgv.includes('--conditions=source') ? ['source'] : [],
      plugins: [
        ...(external ? [keepImports(external)] : []),
        ...(native ? [nativeModules(native)] : []),
        bundleSources({ homes, extension, ...(entry !== undefined && { entry }) }),
      ],
    })
    const files = withStableNames(outputFiles.map(({ path, text }) => ({ path: relative(outdir, path), text })))
    return { files, sources: sourcesOf(metafile) }
  } catch (error) {
    const begin = 'the host could not be bundled: '
    if (isBuildFailure(error)) throw importFault(error, import.meta.dirname, process.cwd(), begin)
    throw new BuildError({ problem: `${begin}${(error as Error).message}`, cause: error })
  }
}

function keepImports(filter: RegExp): Plugin {
  return {
    name: 'keep-imports',
    setup: ({ onResolve }) => onResolve({ filter }, ({ path }) => ({ path, external: true })),
  }
}

/** Modules that are in the bundle, without those that have no file. */
function sourcesOf({ outputs }: Metafile): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)
  return [...new Set(used)].map((path) => resolve(import.meta.dirname, path)).filter((path) => existsSync(path))
}

/** A module in the folder of another, with the same extension: `.ts` among sources. */
export function besideFile(file: string, name: string): string {
  return join(file, '..', `${name}.${file.split('.').at(-1)}`)
}
