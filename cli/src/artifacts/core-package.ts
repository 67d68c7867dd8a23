import { version } from '@anyhandler/core/host'
import { bundle } from './bundle.ts'
import { FileTree } from './file-tree.ts'
import { dependency } from './package-folder.ts'
import { threadLaneParts } from './thread-lane.ts'

/**
 * The entries that plugins may import. The host's own entry is not among them, and the conformance kit is for local
 * tests only.
 */
const entries = { '.': 'index', './child': 'child', './thread': 'thread', './request': 'request' } as const

/**
 * `@anyhandler/core` as plugins from outside need it at run time, without the libraries that only the host uses: 45 KB
 * in place of 3 MB. Relative to the package's folder.
 */
export async function corePackage(): Promise<FileTree> {
  const threads = threadLaneParts()
  const { files } = await bundle({
    entries: [
      ...Object.entries(entries).map(([subpath, out]) => ({
        in: dependency(`@anyhandler/core${subpath.slice(1)}`).main,
        out,
      })),
      ...threads.entries,
    ],
    homes: threads.homes,
    extension: '.js',
  })
  const tree = new FileTree()
  const exports = Object.fromEntries(Object.entries(entries).map(([subpath, out]) => [subpath, `./${out}.js`]))
  tree.add(
    'package.json',
    `${JSON.stringify({ name: '@anyhandler/core', version, type: 'module', exports }, undefined, 2)}\n`,
  )
  for (const { path, text } of files) tree.add(path, text)
  return tree
}
