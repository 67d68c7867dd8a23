import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'
import type { Artifact } from './artifact.ts'
import { functionVariables } from './bootstrap.ts'
import { languagesOf, listOf } from './build-options.ts'
import { BuildError } from './build-error.ts'
import { functionTree } from './function-tree.ts'
import type { FileTree } from './file-tree.ts'
import { layerSize } from './layer-size.ts'
import { settings, sizes } from './layer.ts'
import { limits, megabytes } from './megabytes.ts'
import { nodeFor } from './node-choice.ts'
import { projectLanguages } from './project-handlers.ts'
import type { ProjectFiles } from './project-files.ts'
import { artifactNames, openProject } from './project.ts'
import { requirementsOf } from './python-requirements.ts'
import { isPythonRuntime, pythonRuntimes } from './target.ts'
import type { Runtime } from './target.ts'
import { usualRuntime } from './usual-runtime.ts'
import { zip } from './zip.ts'

export const functionZip: Artifact = {
  takesFolder: true,
  async build(values, root) {
    const project = await openProject(root, listOf(values.exclude))
    const alone = values.standalone === true
    for (const flag of ['languages', 'node'] as const) {
      if (!alone && values[flag] !== undefined)
        throw new UsageError(`--${flag} configures the host, which is only built with --standalone`)
    }
    const runtime = values.runtime ?? usualRuntime(root)
    const { arch } = values
    const out = values.out ?? artifactNames.function
    const output = resolve(out)
    const languages = values.languages === undefined ? projectLanguages(project) : languagesOf(values.languages)
    const installs = values['no-dependencies'] !== true
    const { tree, leftOut } = await functionTree(project, {
      output,
      ...(installs && isPythonRuntime(runtime) && { python: { version: runtime.slice('python'.length), arch } }),
      ...(alone && { standalone: { runtime, arch, languages, node: await nodeFor({ runtime, arch }, values, out) } }),
    })
    const without = `${leftOutText(leftOut)}${installs ? notInstalled(runtime, root) : ''}`
    const files = bySize(tree).map(({ path, size }) => ({ path, size }))
    if (values.list === true)
      return {
        text: `${listing(tree)}${without}`,
        facts: { files, unpacked: tree.size, leftOut: Object.fromEntries(leftOut) },
      }
    refuseSize(tree, alone ? 0 : layerSize(runtime, arch), root)
    const bytes = await zip(tree)
    writeFileSync(output, bytes)
    const what = alone ? `function with its host for ${runtime}, ${arch}` : 'function'
    const setting = alone ? settings(runtime, '/var/task') : ''
    const text = `${out}: ${what}, ${tree.files().length} files; ${sizes(bytes.length, tree.size)}\n${without}${setting}`
    const variables = functionVariables(runtime, alone ? '/var/task' : undefined)
    const size = { zipped: bytes.length, unpacked: tree.size }
    return {
      text,
      facts: { file: out, runtime, arch, files, ...size, variables, leftOut: Object.fromEntries(leftOut) },
    }
  },
}

function notInstalled(runtime: Runtime, root: string): string {
  const requirements = requirementsOf(root)
  return requirements === undefined || isPythonRuntime(runtime)
    ? ''
    : `Not installed: the packages in ${requirements}, because ${runtime} has no Python; choose a runtime with Python, such as --runtime ${pythonRuntimes[0]}\n`
}

/** @throws BuildError when Lambda would refuse it, or has nothing to run */
function refuseSize(tree: FileTree, layer: number, root: string): void {
  if (tree.files().length === 0)
    throw new BuildError({ problem: `${root} has no file to pack`, cure: 'put a handler there, such as hello.sh' })
  const together = tree.size + layer
  if (together <= limits.unzipped) return
  const [largest] = bySize(tree)
  const withLayer = layer === 0 ? '' : `, with the layer ${megabytes(together)}`
  throw new BuildError({
    problem: `the function is ${megabytes(tree.size)} unpacked${withLayer}, and Lambda's limit is ${megabytes(limits.unzipped)}`,
    cure: `leave out what it does not need, such as ${largest?.path} (${megabytes(largest?.size ?? 0)}), with --exclude or .anyhandlerignore (--list shows all), or make an image`,
  })
}

/** Largest first. */
function listing(tree: FileTree): string {
  const lines = bySize(tree).map(({ path, size }) => `${megabytes(size).padStart(9)}  ${path}\n`)
  return `${lines.join('')}${megabytes(tree.size).padStart(9)}  in ${tree.files().length} files\n`
}

function bySize(tree: FileTree): ReturnType<FileTree['files']> {
  return tree.files().toSorted((one, other) => other.size - one.size)
}

/** Each class once, with some of its paths. */
function leftOutText(leftOut: ProjectFiles['leftOut']): string {
  return [...leftOut]
    .map(([reason, paths]) => {
      const more = paths.length > 3 ? ` and ${paths.length - 3} more` : ''
      return `Left out: ${reason}: ${paths.slice(0, 3).join(', ')}${more}\n`
    })
    .join('')
}
