import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, relative } from 'node:path'
import { isInside } from '@anyhandler/core/host'
import type { Plugin } from 'esbuild'
import { dependency } from './package-folder.ts'

/** A variable of every file that uses it: the bundle's folder, with the slash. */
export const folderVariable = '__bundleFolder'

/** Specifier of the module that has no file: the entry. */
export const entrySpecifier = 'anyhandler:entry'

/** A package whose modules look for files beside themselves. */
export interface Home {
  /** The package on this machine. */
  readonly folder: string
  /** Its folder in the bundle. */
  readonly name: string
}

export interface SourceOptions {
  /** Source of {@link entrySpecifier}. */
  readonly entry?: string
  readonly homes: readonly Home[]
  /** Extension of the bundle's files, with the dot. */
  readonly extension: '.cjs' | '.js'
}

/**
 * Reads a bundle's sources. A module may look for files beside itself (`import.meta.url`), which means the bundle's
 * folder. So each package has a folder there, with the same arrangement of files as in the package.
 */
export function bundleSources({ entry, homes, extension }: SourceOptions): Plugin {
  return {
    name: 'bundle-sources',
    setup(build) {
      build.onResolve({ filter: /^anyhandler:entry$/ }, () => ({ path: 'entry', namespace: 'anyhandler' }))
      build.onLoad({ filter: /^/, namespace: 'anyhandler' }, () => ({
        contents: entry ?? '',
        resolveDir: import.meta.dirname,
      }))

      // The host uses only cosmiconfig's YAML loader. The whole package looks for a home folder when it is loaded, and
      // some users on Lambda have none.
      build.onResolve({ filter: /^cosmiconfig$/ }, ({ importer }) => ({
        path: 'cosmiconfig',
        namespace: 'yaml-loader',
        pluginData: importer,
      }))
      build.onLoad({ filter: /^/, namespace: 'yaml-loader' }, ({ pluginData }) => {
        const folder = dirname(createRequire(pluginData as string).resolve('cosmiconfig'))
        return {
          contents: `import { loadYaml } from './loaders.js'\nexport const defaultLoaders = { '.yaml': loadYaml }\n`,
          resolveDir: folder,
        }
      })

      // tinypool would load them, which takes longer than all other work before a thread starts.
      build.onResolve({ filter: /^node:(?:assert|child_process|perf_hooks)$/ }, ({ path, importer }) =>
        /[\\/]tinypool[\\/]dist[\\/]index\.js$/.test(importer) ? { path, namespace: 'when-needed' } : undefined,
      )
      build.onLoad({ filter: /^/, namespace: 'when-needed' }, ({ path }) => ({ contents: whenNeeded[path] ?? '' }))

      // A third-party plugin may have been written for another version of core or of the bash driver; it gets the
      // host's own.
      build.onResolve({ filter: /^@anyhandler\/(?:core|bash)(?:\/|$)/ }, ({ path }) => ({
        path: dependency(path).main,
        // As their packages say: nothing is loaded that is not used.
        sideEffects: false,
      }))

      build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        const home = homes.find(({ folder }) => isInside({ path, folder }))
        if (!home) return undefined
        const text = await readFile(path, 'utf8')
        if (!/import\.meta\.(?:url|dirname|filename)/.test(text)) return undefined
        const url = `new URL(${JSON.stringify(placeIn(home, path) + extension)}, import.meta.url)`
        const contents = text
          .replaceAll('import.meta.url', `${url}.href`)
          .replaceAll('import.meta.filename', `decodeURIComponent(${url}.pathname)`)
          .replaceAll('import.meta.dirname', `decodeURIComponent(new URL(".", ${url}).pathname.slice(0, -1))`)
          // tinypool names its worker with the extension.
          .replace('/../entry/worker.js', `/../entry/worker${extension}`)
        return { contents, loader: /\.[cm]?ts$/.test(path) ? 'ts' : 'js' }
      })
    },
  }
}

/**
 * Replacements for Node's modules that tinypool imports. They load the real module only if a thread fails or must be a
 * process.
 */
const whenNeeded: Readonly<Record<string, string>> = {
  'node:assert': `const assert = () => process.getBuiltinModule('node:assert')
export default Object.assign((value, message) => value || assert()(value, message), {
  strictEqual: (one, other) => Object.is(one, other) || assert().strictEqual(one, other),
  notStrictEqual: (one, other) => !Object.is(one, other) || assert().notStrictEqual(one, other),
})`,
  'node:child_process': `export const fork = (...args) => process.getBuiltinModule('node:child_process').fork(...args)`,
  'node:perf_hooks': `export const performance = { now: () => Number(process.hrtime.bigint()) / 1e6 }`,
}

/**
 * Where a package's module seems to lie in the bundle, without its extension: as it does in the package when it is
 * built.
 */
export function placeIn({ folder, name }: Home, path: string): string {
  return `${name}/${relative(folder, path)
    .replace(/^src\b/, 'dist')
    .replace(/\.[cm]?[jt]s$/, '')}`
}
