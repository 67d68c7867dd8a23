import { join } from 'node:path'
import { version } from '@anyhandler/core/host'
import { bundle } from './bundle.ts'
import { FileTree } from './file-tree.ts'
import { filesBelow } from './folder-files.ts'
import { dependency } from './package-folder.ts'

const name = '@anyhandler/bash'
/** The entries that plugins may import. */
const entries = { '.': 'index', './filter': 'filter', './script': 'script' } as const

/**
 * `@anyhandler/bash` for plugins that are made with it, such as filters: without it they can't be imported, because the
 * layer has no packages. It shares the function's `@anyhandler/core`. Relative to the package's folder.
 */
export async function bashPackage(): Promise<FileTree> {
  const { folder } = dependency(name)
  const { files } = await bundle({
    entries: Object.entries(entries).map(([subpath, out]) => ({
      in: dependency(`${name}${subpath.slice(1)}`).main,
      out,
    })),
    homes: [{ folder, name: '.' }],
    external: /^@anyhandler\/core(?:\/|$)/,
    extension: '.js',
  })
  const exports = Object.fromEntries(Object.entries(entries).map(([subpath, out]) => [subpath, `./${out}.js`]))
  const tree = new FileTree()
  tree.add('package.json', `${JSON.stringify({ name, version, type: 'module', exports }, undefined, 2)}\n`)
  for (const { path, text } of files) tree.add(path, text)
  for (const path of filesBelow(join(folder, 'driver'))) tree.addFile(`driver/${path}`, join(folder, 'driver', path))
  return tree
}
