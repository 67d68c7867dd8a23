import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'

/** A variable of every file that uses it: the bundle's folder, with the slash. */
export const folderVariable = '__bundleFolder'

/** Where the native module lies in the bundle's folder. */
export const nativeModule = 'better-sqlite3.node'

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
  /** Of the bundle's files, with the dot. */
  readonly extension: '.cjs' | '.js'
}

/**
 * How a bundle's sources are read. A module that looks for files beside itself (`import.meta.url`) looks in the bundle's folder: each package has a folder
 * there, in which its files lie as they do in the package.
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

      // The host takes cosmiconfig's YAML loader only. The whole package looks for a home folder when it is loaded, which not every user of Lambda's has.
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

      // One of the package's entries that know where their native module lies, of whichever platform: the path is replaced.
      build.onResolve({ filter: /^better-sqlite3$/ }, ({ importer }) => ({
        path: createRequire(importer).resolve('better-sqlite3/linux-x64'),
      }))
      build.onResolve({ filter: /\.node$/ }, () => ({ path: nativeModule, namespace: 'native' }))
      build.onLoad({ filter: /^/, namespace: 'native' }, ({ path }) => ({
        contents: `module.exports = require(${folderVariable} + ${JSON.stringify(path)})`,
      }))

      build.onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
        const home = homes.find(({ folder }) => path.startsWith(folder + sep))
        if (!home) return undefined
        const text = await readFile(path, 'utf8')
        if (!text.includes('import.meta.url')) return undefined
        const place = relative(home.folder, path)
          .replace(/^src\b/, 'dist')
          .replace(/\.[jt]s$/, extension)
        const contents = text
          .replaceAll('import.meta.url', `new URL(${JSON.stringify(`${home.name}/${place}`)}, import.meta.url).href`)
          // tinypool names its worker with the extension.
          .replace('/../entry/worker.js', `/../entry/worker${extension}`)
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
      })
    },
  }
}
