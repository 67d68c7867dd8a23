import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { resolvePlugin } from '@anyhandler/core/host'
import { UsageError } from '../usage-error.ts'
import type { Artifact } from './artifact.ts'
import { BuildError } from './build-error.ts'
import { languagesOf, listOf } from './build-options.ts'
import { dockerfile } from './dockerfile.ts'
import { FileTree } from './file-tree.ts'
import { functionTree } from './function-tree.ts'
import { hostTree } from './host-tree.ts'
import { needsOf } from './language-package.ts'
import { isSealed, signature } from './own-artifact.ts'
import { megabytes } from './megabytes.ts'
import { nodeFor } from './node-choice.ts'
import { packageOf } from './package-folder.ts'
import { handlerFiles, handlersOf, projectLanguages } from './project-handlers.ts'
import { artifactNames, openProject } from './project.ts'
import type { Project } from './project.ts'
import { pythonVersions } from './target.ts'

export const image: Artifact = {
  takesFolder: true,
  async build(values, root) {
    const project = await openProject(root, listOf(values.exclude))
    const { arch, python = pythonVersions[0] } = values
    const languages = values.languages === undefined ? projectLanguages(project) : languagesOf(values.languages)
    if (values.python !== undefined && !languages.includes('python'))
      throw new UsageError('--python chooses the Python of the image, but python is not among its languages')
    const folder = values.out ?? artifactNames.image
    const output = resolve(folder)
    const handlers = handlersOf(values, project)
    const installs = languages.includes('python') && values['no-dependencies'] !== true
    const node = await nodeFor({ runtime: 'provided.al2023', arch }, values, folder)
    const tree = new FileTree()
    const packages = packagesFor(project)
    tree.add(
      'Dockerfile',
      dockerfile({ arch, handlers, folder, packages, ...(languages.includes('python') && { python }) }),
    )
    tree.addTree('runtime', await hostTree({ runtime: 'provided.al2023', arch, languages, node }))
    tree.addTree(
      'function',
      (await functionTree(project, { output, ...(installs && { python: { version: python, arch } }) })).tree,
    )
    write(output, folder, tree)
    const text = `${folder}: context of an image for ${arch}, with ${languages.join(', ') || 'no built-in language'}; ${megabytes(tree.size)}\nBuild it as its Dockerfile says\n`
    return { text, facts: { folder, arch, languages, unpacked: tree.size } }
  },
}

/** Packages of Amazon Linux that the plugins of the project's handlers say they need. */
function packagesFor(project: Project): readonly string[] {
  const foreign = handlerFiles(project).filter(({ language }) => language.origin === 'configuration')
  const used = new Map(foreign.map(({ language }) => [language.name, language]))
  return [...used.values()].flatMap(
    (language) => needsOf(packageOf(resolvePlugin(language, project.root))).packages ?? [],
  )
}

/**
 * Replaces a folder; a folder that anyhandler did not make, or that was edited, is left unchanged. Everybody may read
 * its files, because Lambda's user has no special rights.
 */
function write(output: string, folder: string, tree: FileTree): void {
  if (existsSync(output) && readdirSync(output).length > 0) {
    const file = join(output, 'Dockerfile')
    const present = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const cure = 'remove it, or name another folder with --out'
    if (!present.startsWith(signature))
      throw new BuildError({ at: folder, problem: `${folder} exists and was not made by anyhandler`, cure })
    if (!isSealed(present)) {
      const problem = `${folder}/Dockerfile was edited, and would be overwritten`
      throw new BuildError({ at: folder, problem, cure })
    }
    rmSync(output, { recursive: true })
  }
  makeFolder(output)
  for (const file of tree.files()) {
    const path = join(output, file.path)
    makeFolder(dirname(path))
    writeFileSync(path, file.read())
    chmodSync(path, file.executable ? 0o755 : 0o644)
  }
}

/** Permissions are set in spite of this user's umask. */
function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; ; made = dirname(made)) {
    chmodSync(made, 0o755)
    if (made === first) return
  }
}
