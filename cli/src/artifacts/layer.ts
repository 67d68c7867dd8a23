import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Artifact } from './artifact.ts'
import { functionVariables } from './bootstrap.ts'
import { languagesOf } from './build-options.ts'
import { hostTree } from './host-tree.ts'
import { languagePackages } from './language-package.ts'
import { limits, megabytes } from './megabytes.ts'
import { artifactNames } from './project.ts'
import { nodeFor } from './node-choice.ts'
import { runtimes } from './target.ts'
import type { Runtime } from './target.ts'
import { zip } from './zip.ts'

export const layer: Artifact = {
  takesFolder: false,
  async build(values) {
    const target = {
      runtime: values.runtime ?? runtimes[0],
      arch: values.arch,
      languages: languagesOf(values.languages),
    }
    const out = values.out ?? artifactNames.layer
    const node = await nodeFor(target, values, out)
    const tree = await hostTree({ ...target, node })
    const bytes = await zip(tree)
    writeFileSync(resolve(out), bytes)
    const { runtime, arch, languages } = target
    const text = `${out}: layer for ${runtime}, ${arch}, with ${languages.join(', ')}; ${sizes(bytes.length, tree.size)}\n${settings(runtime)}${neededBy(languages)}`
    const facts = {
      file: out,
      ...target,
      zipped: bytes.length,
      unpacked: tree.size,
      variables: functionVariables(runtime),
    }
    return { text, facts }
  },
}

/** Programs that plugins say they need: a layer of the host's has none. */
function neededBy(names: readonly string[]): string {
  return languagePackages(names)
    .filter(({ needs }) => needs.programs !== undefined)
    .map(
      ({ name, needs }) =>
        `${name} needs ${needs.programs?.join(', ')} on PATH: the platform or another layer must have it\n`,
    )
    .join('')
}

/** The size of an artifact, zipped and unpacked, with a warning if it exceeds Lambda's limits. */
export function sizes(zipped: number, unzipped: number): string {
  const text = `${megabytes(zipped)} zipped, ${megabytes(unzipped)} unpacked`
  if (unzipped > limits.unzipped) return `${text}: more than Lambda's limit of ${megabytes(limits.unzipped)}`
  return zipped > limits.zipped
    ? `${text}: more than the ${megabytes(limits.zipped)} of a direct upload, so upload it through S3`
    : text
}

/** The settings that the function needs. @param folder the folder in which the host is unpacked */
export function settings(runtime: Runtime, folder?: string): string {
  return Object.entries(functionVariables(runtime, folder))
    .map(([name, value]) => `The function needs the environment variable ${name}=${value}\n`)
    .join('')
}
