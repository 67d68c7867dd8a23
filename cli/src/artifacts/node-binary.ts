import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { BuildError } from './build-error.ts'
import { cacheFolder, fetchNode } from './node-fetch.ts'
import type { NodeRelease } from './target.ts'

/**
 * The file of Node's binary, whichever machine this is: from the installed package, the cache, or the registry by way
 * of npm.
 * @throws BuildError when it can't be had, or isn't the one that was asked for
 */
export async function nodeBinary(release: NodeRelease): Promise<string> {
  const file = await nodeFile(release)
  const found = sha256Of(file)
  if (found !== release.sha256) {
    throw new BuildError({
      at: file,
      problem: `${file} is not the Node ${release.version} that it should be (SHA-256 ${found}, not ${release.sha256})`,
      cure: 'remove it, so that it is fetched again',
    })
  }
  return file
}

/** The same, unchecked. */
export async function nodeFile(release: Pick<NodeRelease, 'name' | 'version'>): Promise<string> {
  const cached = join(cacheFolder(), `${release.name}@${release.version}`, 'bin', 'node')
  return installed(release) ?? (isWhole(cached) ? cached : await fetchNode(release, cached))
}

/** Its licence must be included. */
function isWhole(file: string): boolean {
  return existsSync(file) && existsSync(join(dirname(file), '..', 'LICENSE'))
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function installed({ name, version }: Pick<NodeRelease, 'name' | 'version'>): string | undefined {
  const { resolve } = createRequire(import.meta.url)
  try {
    const manifest = resolve(`${name}/package.json`)
    const file = join(dirname(manifest), 'bin', 'node')
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version === version && existsSync(file)
      ? file
      : undefined
  } catch {
    return undefined
  }
}
