import { accessSync, constants, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isInside } from '@anyhandler/core/host'
import { FileTree } from './file-tree.ts'
import type { Project } from './project.ts'

export interface ProjectFiles {
  readonly tree: FileTree
  /** Files and whole folders that were left out, by class, relative to the project. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>
  /** Files that can't be packed. */
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
 * The project's own files in the function; symbolic links are replaced by their targets.
 *
 * @param output absolute path of the output, which is not packed
 */
export function projectFiles(project: Project, output?: string): ProjectFiles {
  const tree = new FileTree()
  const leftOut = new Map<string, string[]>()
  const faults: PathFault[] = []
  const addFolder = (folder: string, prefix: string, above: readonly string[]): void => {
    for (const name of readdirSync(folder).toSorted()) {
      const file = join(folder, name)
      const path = prefix + name
      const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
      const reason = file === output ? 'build results' : project.selection.reason(path, isFolder)
      if (reason === undefined && isNoText(file)) faults.push({ at: path, ...noText })
      else if (reason === undefined) add(file, path, above)
      else leftOut.set(reason, [...(leftOut.get(reason) ?? []), path])
    }
  }
  const add = (file: string, path: string, above: readonly string[]): void => {
    const real = realPath(file)
    const fault = faultOf(real, project.root, above) ?? unreadable(file)
    if (fault) faults.push({ at: path, ...fault })
    const stats = !fault && real !== undefined ? statSync(real) : undefined
    if (stats?.isFile()) tree.addFile(path, file)
    if (stats?.isDirectory() && real !== undefined) addFolder(file, `${path}/`, [...above, real])
  }
  addFolder(project.root, '', [project.root])
  return { tree, leftOut, faults }
}

const noText = { problem: 'has a name that is not UTF-8, which a zip for Lambda can not hold', cure: 'rename it' }

/** Node reads names as UTF-8: what isn't can't be found again. */
function isNoText(file: string): boolean {
  return file.includes('\uFFFD') && lstatSync(file, { throwIfNoEntry: false }) === undefined
}

/** The host opens nothing outside of its task root, and a zip holds nothing of it. */
function faultOf(real: string | undefined, root: string, above: readonly string[]): Omit<PathFault, 'at'> | undefined {
  if (real === undefined)
    return { problem: 'is a symbolic link to a missing file', cure: 'remove it, or create the file' }
  if (!isInside({ path: real, folder: root })) {
    const problem = `is a symbolic link that leads out of the project, to ${real}`
    return { problem, cure: 'replace the link by the file itself' }
  }
  return above.includes(real)
    ? { problem: 'is a symbolic link to a folder above itself', cure: 'remove it' }
    : undefined
}

/** The user must be able to read the packed files. */
function unreadable(file: string): Omit<PathFault, 'at'> | undefined {
  try {
    accessSync(file, statSync(file).isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK)
    return undefined
  } catch (error) {
    const { code = 'EACCES' } = error as NodeJS.ErrnoException
    return {
      problem: `is not readable for you (${code})`,
      cure: 'run chmod u+rX on it, or add it to .anyhandlerignore',
    }
  }
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
