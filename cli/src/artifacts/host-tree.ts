import { join } from 'node:path'
import { builtIns } from '../built-ins.ts'
import { entryFile, hostFolder } from './bootstrap.ts'
import { nativeModule } from './bundle-sources.ts'
import { compiledAhead } from './code-cache.ts'
import { codeCacheFile, codeCacheLoader } from './code-cache-scripts.ts'
import { FileTree } from './file-tree.ts'
import { filesBelow } from './folder-files.ts'
import { hostBundle } from './host-bundle.ts'
import { languageParts } from './host-parts.ts'
import { nativeModuleFile } from './native-module.ts'
import { nodeBinary } from './node-binary.ts'
import { dependency } from './package-folder.ts'
import { bringsNode } from './target.ts'
import type { Target } from './target.ts'

/**
 * The host with the chosen languages, as it lies in a layer: the entry file, and a folder with Node and what it has compiled ahead (where the platform has none), the bundle, the
 * drivers of child languages and the native module. No other file.
 *
 * @throws BuildError
 */
export async function hostTree({ runtime, arch, languages }: Target): Promise<FileTree> {
  const tree = new FileTree()
  const entry = entryFile(runtime)
  tree.add(entry.path, entry.script, { executable: true })
  const files = await hostBundle(languages)
  if (bringsNode(runtime)) {
    const node = await nodeBinary(arch)
    tree.addFile(`${hostFolder}/node`, node, { executable: true })
    tree.add(`${hostFolder}/${codeCacheFile}`, codeCacheLoader)
    for (const { path, content } of await compiledAhead(files, node, arch)) tree.add(`${hostFolder}/${path}`, content)
  } else {
    for (const { path, text } of files) tree.add(`${hostFolder}/${path}`, text)
  }
  for (const name of languages) {
    const { driver, native } = languageParts[name] ?? {}
    if (driver !== undefined) addDriver(tree, name, driver)
    if (native) tree.addFile(`${hostFolder}/${nativeModule}`, nativeModuleFile(arch), { executable: false })
  }
  return tree
}

function addDriver(tree: FileTree, language: string, driver: string): void {
  const folder = join(dependency(builtIns[language]!.package).folder, driver)
  // What an interpreter compiled on this machine is of no use on another.
  for (const path of filesBelow(folder, (name) => name === '__pycache__'))
    tree.addFile(`${hostFolder}/${language}/${driver}/${path}`, join(folder, path))
}
