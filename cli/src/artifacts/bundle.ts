import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { BuildError } from './build-error.ts'
import { bundleSources } from './bundle-sources.ts'
import type { BundleFile } from './bundle-file.ts'
import type { Home } from './bundle-sources.ts'
import { withStableNames } from './chunk-names.ts'
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
  readonly extension: '.cjs' | '.js'
}

/** The oldest Node that bundles run on. */
export const bundleTarget = 'node22.19'

/** Bundled and minified modules, split so that what is imported when it is needed is loaded when it is needed. @throws BuildError */
export async function bundle({
  entries,
  entry,
  homes,
  native,
  extension,
}: BundleOptions): Promise<readonly BundleFile[]> {
  const outdir = join(import.meta.dirname, 'bundle')
  try {
    const { outputFiles } = await build({
      entryPoints: [...entries],
      absWorkingDir: import.meta.dirname,
      outdir,
      outExtension: { '.js': extension },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: bundleTarget,
      minify: true,
      legalComments: 'none',
      write: false,
      logLevel: 'silent',
      // The workspace's sources, when the command itself runs from them.
      conditions: process.execArgv.includes('--conditions=source') ? ['source'] : [],
      plugins: [
        ...(native ? [nativeModules(native)] : []),
        bundleSources({ homes, extension, ...(entry !== undefined && { entry }) }),
      ],
    })
    return withStableNames(outputFiles.map(({ path, text }) => ({ path: relative(outdir, path), text })))
  } catch (error) {
    throw new BuildError({ problem: `the host could not be bundled: ${(error as Error).message}`, cause: error })
  }
}

/** A module in the folder of another, with the same extension: `.ts` among sources. */
export function besideFile(file: string, name: string): string {
  return join(file, '..', `${name}.${file.split('.').at(-1)}`)
}
