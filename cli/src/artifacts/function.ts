import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { textOf, UsageError } from '../command.ts'
import type { Artifact } from './artifact.ts'
import { architectureOf, languagesOf } from './build-options.ts'
import { functionTree } from './function-tree.ts'
import { sizes } from './layer.ts'
import { projectLanguages } from './project-handlers.ts'
import { artifactNames, openProject } from './project.ts'
import { zip } from './zip.ts'

export const functionZip: Artifact = {
  flags: ['out', 'standalone', 'arch', 'languages'],
  takesFolder: true,
  async build(values, root) {
    const project = await openProject(root)
    const alone = values['standalone'] === true
    for (const flag of ['arch', 'languages']) {
      if (!alone && values[flag] !== undefined)
        throw new UsageError(`--${flag} says what the host is made of, which only goes in with --standalone`)
    }
    const out = textOf(values, 'out') ?? artifactNames.function
    const output = resolve(out)
    const standalone = {
      runtime: 'provided.al2023',
      arch: architectureOf(values),
      languages: values['languages'] === undefined ? projectLanguages(project) : languagesOf(values),
    } as const
    const { tree, leftOut } = await functionTree(project, { output, ...(alone && { standalone }) })
    const bytes = await zip(tree)
    writeFileSync(output, bytes)
    const what = alone ? `function with its host for provided.al2023, ${standalone.arch}` : 'function'
    return `${out}: ${what}, ${tree.files().length} files; ${sizes(bytes.length, tree.size)}\n${leftOut.length > 0 ? `Left out: ${leftOut.join(', ')}\n` : ''}`
  },
}
