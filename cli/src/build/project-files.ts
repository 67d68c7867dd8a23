import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { BuildError } from './build-error.ts'
import { FileTree } from './file-tree.ts'
import { isLeftOut } from './project.ts'
import type { Project } from './project.ts'

export interface ProjectFiles {
  readonly tree: FileTree
  /** What was left out, relative to the project: files and whole folders. */
  readonly leftOut: readonly string[]
}

/**
 * The project's own files as they go into the function: symbolic links as what they lead to.
 *
 * @param output absolute path of what is being built, which is not packed
 * @throws BuildError for a link that leads out of the project, or to nothing
 */
export function projectFiles(project: Project, output?: string): ProjectFiles {
  const tree = new FileTree()
  const leftOut: string[] = []
  const add = (folder: string, prefix: string, above: readonly string[]): void => {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name)
      const path = prefix + name
      if (file === output || isLeftOut(project, path)) {
        leftOut.push(path)
        continue
      }
      const real = realFile(project.root, file, path)
      const stats = statSync(real)
      if (stats.isFile()) tree.addFile(path, real)
      if (stats.isDirectory()) {
        if (above.includes(real)) throw new BuildError(`${path} is a symbolic link to a folder that it lies in; remove it`)
        add(file, `${path}/`, [...above, real])
      }
    }
  }
  add(project.root, '', [project.root])
  return { tree, leftOut: leftOut.toSorted() }
}

/** The host opens nothing outside of its task root, and a zip holds nothing of it. */
function realFile(root: string, file: string, path: string): string {
  let real: string
  try {
    real = realpathSync(file)
  } catch (error) {
    throw new BuildError(`${path} is a symbolic link that leads to nothing; remove it, or make what it names`, { cause: error })
  }
  if (real === root || real.startsWith(root + sep)) return real
  throw new BuildError(`${path} is a symbolic link that leads out of the project, to ${real}; put the file itself there`)
}
