import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BuildError } from './build-error.ts'
import { entryFile, hostFolder } from './bootstrap.ts'
import { compiledAhead } from './code-cache.ts'
import { codeCacheFile, codeCacheLoader } from './code-cache-scripts.ts'
import { contentsOf } from './contents.ts'
import { FileTree } from './file-tree.ts'
import { filesBelow } from './folder-files.ts'
import { hostBundle } from './host-bundle.ts'
import { borrowedPackages, languagePackages } from './language-package.ts'
import type { LanguagePackage } from './language-package.ts'
import { nodeBinary } from './node-binary.ts'
import { nodeReleases } from './node-release.ts'
import { bringsNode } from './target.ts'
import type { Target } from './target.ts'

/**
 * The host with the chosen languages, as in a layer: the entry file, and a folder with all other files. That folder has
 * the bundle, the drivers of child languages, the native module and the list of contents. Where the platform has no
 * Node, it also has Node and the code caches.
 */
export async function hostTree({
  runtime,
  arch,
  languages: names,
  node: release = nodeReleases[arch],
}: Target): Promise<FileTree> {
  const languages = languagePackages(names)
  const tree = new FileTree()
  const entry = entryFile(runtime)
  tree.add(entry.path, entry.script, { executable: true })
  const { files, native, sources } = await hostBundle(languages, arch)
  const node = bringsNode(runtime) ? await nodeBinary(release) : undefined
  if (node !== undefined) {
    tree.addFile(`${hostFolder}/node`, node, { executable: true })
    tree.add(`${hostFolder}/${codeCacheFile}`, codeCacheLoader)
    for (const { path, content } of await compiledAhead(files, node, arch)) tree.add(`${hostFolder}/${path}`, content)
  } else {
    for (const { path, text } of files) tree.add(`${hostFolder}/${path}`, text)
  }
  for (const [name, file] of native) tree.addFile(`${hostFolder}/${name}`, file, { executable: false })
  for (const language of [...languages, ...borrowedPackages(languages, sources)]) addDriver(tree, language)
  const contents = contentsOf({
    target: { runtime, arch, languages: languages.map(({ name }) => name) },
    sources: [...sources, ...languages.map(({ main }) => main)],
    ...(node !== undefined && { node: { release, folder: join(dirname(node), '..') } }),
  })
  tree.addTree(hostFolder, contents)
  return tree
}

function addDriver(tree: FileTree, { name: language, folder: home, driver }: LanguagePackage): void {
  if (driver === undefined) return
  const folder = join(home, driver)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BuildError({
      at: join(home, 'package.json'),
      problem: `anyhandlerPlugin.driver is '${driver}', and there is no such folder`,
      cure: 'name the folder of the driver, relative to the package',
    })
  }
  // Files that an interpreter compiled on this machine are useless on another.
  for (const path of filesBelow(folder, (name) => name === '__pycache__'))
    tree.addFile(`${hostFolder}/${language}/${driver}/${path}`, join(folder, path))
}
