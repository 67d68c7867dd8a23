import { accessSync, constants, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { FileTree } from './file-tree.ts'
import type { Project } from './project.ts'

export interface ProjectFiles {
  readonly tree: FileTree
  /** What was left out, by class: files and whole folders, relative to the project. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>
  /** What can't be packed. */
  readonly faults: readonly PathFault[]
}

/** A path of the project, and the sentence about it, which begins with what it is: `a symbolic link that …; cure`. */
interface PathFault {
  readonly path: string
  readonly sentence: string
}

/**
 * The project's own files as they go into the function: symbolic links as what they lead to.
 *
 * @param output absolute path of what is being built, which is not packed
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
      const reason = file === output ? 'what was built' : project.selection.reason(path, isFolder)
      if (reason === undefined && isNoText(file)) faults.push({ path, sentence: noText })
      else if (reason === undefined) add(file, path, above)
      else leftOut.set(reason, [...(leftOut.get(reason) ?? []), path])
    }
  }
  const add = (file: string, path: string, above: readonly string[]): void => {
    const real = realPath(file)
    const sentence = faultOf(real, project.root, above) ?? unreadable(file)
    if (sentence !== undefined) faults.push({ path, sentence })
    const stats = sentence === undefined && real !== undefined ? statSync(real) : undefined
    if (stats?.isFile()) tree.addFile(path, file)
    if (stats?.isDirectory() && real !== undefined) addFolder(file, `${path}/`, [...above, real])
  }
  addFolder(project.root, '', [project.root])
  return { tree, leftOut, faults }
}

const noText = 'something whose name is not UTF-8, which a zip for Lambda can not hold; rename it'

/** Node reads names as UTF-8: what isn't can't be found again. */
function isNoText(file: string): boolean {
  return file.includes('\uFFFD') && lstatSync(file, { throwIfNoEntry: false }) === undefined
}

/** The host opens nothing outside of its task root, and a zip holds nothing of it. */
function faultOf(real: string | undefined, root: string, above: readonly string[]): string | undefined {
  if (real === undefined) return 'a symbolic link that leads to nothing; remove it, or make what it names'
  if (real !== root && !real.startsWith(root + sep))
    return `a symbolic link that leads out of the project, to ${real}; put the file itself there`
  return above.includes(real) ? 'a symbolic link to a folder that it lies in; remove it' : undefined
}

/** Who builds must be able to read what is packed. */
function unreadable(file: string): string | undefined {
  try {
    accessSync(file, statSync(file).isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK)
    return undefined
  } catch (error) {
    const { code = 'EACCES' } = error as NodeJS.ErrnoException
    return `something that you may not read (${code}); run chmod u+rX on it, or name it in .anyhandlerignore`
  }
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
