import { isAscii } from 'node:buffer'
import { execFile } from 'node:child_process'
import { BuildError } from './build-error.ts'
import type { BundleFile } from './bundle.ts'
import { codeCacheMaker } from './code-cache-scripts.ts'
import type { Architecture } from './target.ts'

/** What V8 made of a file of the bundle. */
export interface CodeCache {
  /** Relative to the bundle's folder: the file's path with `.cache` behind it. */
  readonly path: string
  readonly bytes: Buffer
}

/** undici is the other choice of transport: its cache would be larger than all the others, and read by few. */
const seldom: ReadonlySet<string> = new Set(['undici.cjs'])
const largest = 64 * 1024 * 1024

/**
 * Compiles the bundle ahead, by the very Node that will run it: 5 ms of CPU time less from a start, 12 with threads. All functions are compiled, so that the bytes depend on the
 * sources alone.
 *
 * @returns nothing for another architecture or system than this one, where that Node can't run: what is built there starts without a cache
 * @throws BuildError when Node fails at it
 */
export async function codeCaches(files: readonly BundleFile[], node: string, arch: Architecture): Promise<readonly CodeCache[]> {
  if (process.platform !== 'linux' || process.arch !== arch) return []
  // The loader reads them as latin1, which takes no decoding.
  const sources = files.filter(({ path, text }) => !seldom.has(path) && isAscii(Buffer.from(text)))
  const output = await run(node, JSON.stringify(sources))
  const made = JSON.parse(output) as readonly string[]
  return sources.map(({ path }, index) => ({ path: `${path}.cache`, bytes: Buffer.from(made[index] ?? '', 'base64') }))
}

function run(node: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // The seed of V8's hash tables would otherwise be another each time, and with it the order of what they hold.
    const child = execFile(node, ['--random-seed=1', '-e', codeCacheMaker], { maxBuffer: largest, env: {} }, (error, stdout, stderr) => {
      if (error) reject(new BuildError(`${node} could not compile the host: ${stderr.trim() || error.message}`, { cause: error }))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
