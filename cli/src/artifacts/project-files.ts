import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isInside } from '@anyhandler/core/host'
import { FileTree } from './file-tree.ts'
import { isLeftOut } from './project.ts'
import type { Project } from './project.ts'

export interface ProjectFiles {
  readonly tree: FileTree
  /** What was left out, relative to the project: files and whole folders. */
  readonly leftOut: readonly string[]
  /** What can't be packed. */
  readonly faults: readonly PathFault[]
}

/** Why a path of the project can't be packed. */
interface PathFault {
  /** The path, relative to the project. */
  readonly at: string
  /** `is a symbolic link that …`: goes on after the path. */
  readonly problem: string
  readonly cure: string
}

/**
 * The project's own files as they go into the function: symbolic links as what they lead to.
 *
 * @param output absolute path of what is being built, which is not packed
 */
export function projectFiles(project: Project, output?: string): ProjectFiles {
  const tree = new FileTree()
  const leftOut: string[] = []
  const faults: PathFault[] = []
  const addFolder = (folder: string, prefix: string, above: readonly string[]): void => {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name)
      const path = prefix + name
      if (file === output || isLeftOut(project, path)) leftOut.push(path)
      else add(file, path, above)
    }
  }
  const add = (file: string, path: string, above: readonly string[]): void => {
    const real = realPath(file)
    const fault = faultOf(real, project.root, above)
    if (fault) faults.push({ at: path, ...fault })
    const stats = !fault && real !== undefined ? statSync(real) : undefined
    if (stats?.isFile()) tree.addFile(path, file)
    if (stats?.isDirectory() && real !== undefined) addFolder(file, `${path}/`, [...above, real])
  }
  addFolder(project.root, '', [project.root])
  return { tree, leftOut: leftOut.toSorted(), faults }
}

/** The host opens nothing outside of its task root, and a zip holds nothing of it. */
function faultOf(real: string | undefined, root: string, above: readonly string[]): Omit<PathFault, 'at'> | undefined {
  if (real === undefined)
    return { problem: 'is a symbolic link that leads to nothing', cure: 'remove it, or make what it names' }
  if (!isInside({ path: real, folder: root })) {
    const problem = `is a symbolic link that leads out of the project, to ${real}`
    return { problem, cure: 'put the file itself there' }
  }
  return above.includes(real)
    ? { problem: 'is a symbolic link to a folder that it lies in', cure: 'remove it' }
    : undefined
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
