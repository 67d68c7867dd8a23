import { join } from 'node:path'
import { BuildError } from './build-error.ts'
import { FileTree } from './file-tree.ts'
import { filesBelow } from './folder-files.ts'
import { installedFolder, readManifest } from './package-folder.ts'

/** A package that the folder's own code needs. */
export interface NeededPackage {
  readonly name: string
  /** The file that imports it, relative to the folder. */
  readonly file?: string
  readonly optional?: boolean
}

/** A package that still has to be placed. */
interface Wanted {
  readonly name: string
  /** Where the one that needs it lies on this machine. */
  readonly from: string
  /** Its path in the tree; `''` is the root. */
  readonly parent: string
  readonly optional: boolean
  readonly file?: string | undefined
}

/**
 * Packages with all their installed dependencies, laid out below `node_modules` as Node finds them: at the top, or
 * below the package that needs another version.
 *
 * @param needed by the folder's own code
 * @param provided packages from elsewhere, which are skipped
 * @throws BuildError for a package that isn't installed
 */
export function packageTree(
  folder: string,
  needed: readonly NeededPackage[],
  provided: (name: string) => boolean,
): FileTree {
  const tree = new FileTree()
  /** Path in the tree → folder on this machine. */
  const placed = new Map<string, string>()
  const queue: Wanted[] = needed.map((one) => ({ optional: false, ...one, from: folder, parent: '' }))
  for (let wanted = queue.shift(); wanted; wanted = queue.shift()) {
    const { name, from, parent, optional, file = 'the project' } = wanted
    if (provided(name)) continue
    const found = installedFolder(name, from)
    if (found === undefined) {
      if (optional) continue
      const who = parent === '' ? file : parent.replace(/.*node_modules\//, '')
      throw new BuildError({
        problem: `the package '${name}', which ${who} needs, is not installed`,
        cure: `run 'npm install${wanted.file === undefined ? '' : ` ${name}`}' in ${folder}`,
      })
    }
    const visible = visibleFrom(parent, name, placed)
    if (visible !== undefined && placed.get(visible) === found) continue
    const path = `${visible === undefined || parent === '' ? '' : `${parent}/`}node_modules/${name}`
    placed.set(path, found)
    for (const file of filesBelow(found, (entry) => entry === 'node_modules' || isHidden(entry)))
      tree.addFile(`${path}/${file}`, join(found, file))
    queue.push(
      ...needs(found).map(([dependency, isOptional]) => ({
        name: dependency,
        from: found,
        parent: path,
        optional: isOptional,
      })),
    )
  }
  return tree
}

/** Of no use at run time, but for libraries of compiled packages. */
function isHidden(name: string): boolean {
  return name.startsWith('.') && name !== '.libs'
}

/** The package that an import would take, nearest first. */
function visibleFrom(parent: string, name: string, placed: ReadonlyMap<string, string>): string | undefined {
  for (let above = parent; ; above = above.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const path = `${above === '' ? '' : `${above}/`}node_modules/${name}`
    if (placed.has(path)) return path
    if (above === '') return undefined
  }
}

/** Names of a package's dependencies, and whether each is optional. */
function needs(folder: string): [string, boolean][] {
  const manifest = readManifest(folder)
  const optional = Object.keys(manifest.optionalDependencies ?? {})
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => !manifest.peerDependenciesMeta?.[name]?.optional,
  )
  const required = Object.keys(manifest.dependencies ?? {}).filter((name) => !optional.includes(name))
  return [
    ...required.map((name): [string, boolean] => [name, false]),
    ...[...optional, ...peers].map((name): [string, boolean] => [name, true]),
  ]
}
