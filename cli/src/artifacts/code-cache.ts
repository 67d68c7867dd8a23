import { execFile } from 'node:child_process'
import { BuildError } from './build-error.ts'
import type { BundleFile } from './bundle-file.ts'
import { codeCacheMaker, forLoader } from './code-cache-scripts.ts'
import { note } from '../note.ts'
import type { Architecture } from './target.ts'

/** A file of the compiled bundle. */
export interface CompiledFile {
  /** Relative to the bundle's folder. */
  readonly path: string
  readonly content: string | Buffer
}

/** undici is the alternative transport: its cache would be the largest, and few functions would read it. */
const seldom: ReadonlySet<string> = new Set(['undici.cjs'])
const largest = 64 * 1024 * 1024

/**
 * The bundle for {@link codeCacheLoader}, with a code cache beside each file. The cache is made by the Node that will
 * run the bundle. It saves 5 ms of CPU time of a start, 12 with threads. All functions are compiled, so that the bytes
 * depend on the sources alone.
 *
 * For another architecture or system than this one there are no code caches, because its Node can't run here. The
 * program then starts without them.
 *
 * @throws BuildError when Node fails at it
 */
export async function compiledAhead(
  files: readonly BundleFile[],
  node: string,
  arch: Architecture,
): Promise<readonly CompiledFile[]> {
  const sources = files.map(({ path, text }) => ({ path, content: forLoader(text) }))
  if (process.platform !== 'linux' || process.arch !== arch) {
    note(
      `the files for ${arch} have no code cache, because only a machine of this kind can make one: a start takes 5 to 12 ms longer`,
    )
    return sources
  }
  const usual = sources.filter(({ path }) => !seldom.has(path))
  const caches = JSON.parse(await run(node, JSON.stringify(usual))) as readonly string[]
  return [
    ...sources,
    ...usual.map(({ path }, index) => ({ path: `${path}.cache`, content: Buffer.from(caches[index] ?? '', 'base64') })),
  ]
}

function run(node: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // V8's hash tables need a fixed seed; otherwise their order, and so the cache, would differ each time.
    const child = execFile(
      node,
      ['--random-seed=1', '-e', codeCacheMaker],
      { maxBuffer: largest, env: {} },
      (error, stdout, stderr) => {
        if (error)
          reject(
            new BuildError({
              problem: `${node} could not compile the host: ${stderr.trim() || error.message}`,
              cause: error,
            }),
          )
        else resolve(stdout)
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
