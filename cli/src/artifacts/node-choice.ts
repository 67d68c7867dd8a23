import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'
import type { BuildValues } from './build-options.ts'
import { note } from '../note.ts'
import { BuildError } from './build-error.ts'
import { nodeFile, sha256Of } from './node-binary.ts'
import { publishedVersions } from './node-fetch.ts'
import { nodeReleases } from './node-release.ts'
import { bringsNode } from './target.ts'
import type { Target, NodeRelease } from './target.ts'

/** The content of the file beside the artifact. */
interface Locked {
  readonly package: string
  readonly version: string
  /** Integrity of the package's archive, from the registry. */
  readonly integrity: string
  /** Of `bin/node`. */
  readonly sha256: string
}

/**
 * The Node that goes into an artifact: the command's own, or the one that `--node 24.x.y` or `--node latest-24` names.
 * The registry is asked only for these flags. Its reply is printed, and kept in a file beside the artifact. If the same
 * version later has other bytes, it is refused.
 *
 * @param out the artifact's path, as the user gave it
 * @throws UsageError | BuildError
 */
export async function nodeFor(
  { runtime, arch }: Pick<Target, 'runtime' | 'arch'>,
  { node: wanted }: BuildValues,
  out: string,
): Promise<NodeRelease> {
  const usual = nodeReleases[arch]
  if (wanted === undefined) return usual
  if (!bringsNode(runtime))
    throw new UsageError(`--node chooses the Node of the layer, but ${runtime} has its own Node`)
  if (!/^(?:latest-24|24\.\d+\.\d+)$/.test(wanted))
    throw new UsageError(
      `--node ${wanted} is not a release that the host supports; write one such as 24.21.0, or latest-24`,
    )
  const { name } = usual
  const versions = await publishedVersions(name, wanted === 'latest-24' ? '24' : wanted)
  const published = versions.toSorted((one, other) =>
    other.version.localeCompare(one.version, 'en', { numeric: true }),
  )[0]
  if (!published)
    throw new BuildError({ problem: `the registry has no ${name}@${wanted}`, cure: 'name another release' })
  const { version, integrity } = published
  const file = `${out.replace(/\.zip$/, '')}.lock.json`
  const known = readLock(file)
  const isKnown = known?.package === name && known.version === version
  if (isKnown && known.integrity !== integrity) {
    throw new BuildError({
      at: file,
      problem: `${name}@${version} has the integrity ${integrity}, and had ${known.integrity} when it was built in first`,
      cure: 'find out why; then remove that file to use the new one',
    })
  }
  const binary = await nodeFile({ name, version })
  const sha256 = isKnown ? known.sha256 : sha256Of(binary)
  note(`Node ${version}: ${name}, ${integrity}`)
  const locked: Locked = { package: name, version, integrity, sha256 }
  writeFileSync(resolve(file), `${JSON.stringify(locked, undefined, 2)}\n`)
  return { name, version, sha256, size: statSync(binary).size }
}

function readLock(file: string): Locked | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Locked
  } catch (error) {
    throw new BuildError({ at: file, problem: 'it is not JSON', cure: 'remove it', cause: error })
  }
}
