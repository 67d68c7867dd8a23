import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { BuildError } from './build-error.ts'
import { nodeReleases } from './node-release.ts'
import type { NodeRelease } from './node-release.ts'
import { note } from '../note.ts'
import type { Architecture } from './target.ts'

const npmTimeoutMs = 300_000

/**
 * The file of Node's binary for an architecture, whichever machine this is: from the installed package, the cache, or the registry by way of npm.
 * @throws BuildError when it can't be had, or isn't the one that was asked for
 */
export async function nodeBinary(arch: Architecture): Promise<string> {
  const release = nodeReleases[arch]
  const cached = join(cacheFolder(), `${release.name}@${release.version}`, 'bin', 'node')
  const file = installed(release) ?? (existsSync(cached) ? cached : await fetched(release, cached))
  const found = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (found !== release.sha256) {
    throw new BuildError({
      at: file,
      problem: `${file} is not the Node ${release.version} that it should be (SHA-256 ${found}, not ${release.sha256})`,
      cure: 'remove it, and it is fetched again',
    })
  }
  return file
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'anyhandler')
}

function installed({ name, version }: NodeRelease): string | undefined {
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

/** npm knows the user's registry, proxy and credentials, and checks what it gets against the registry's hash. */
async function fetched(release: NodeRelease, target: string): Promise<string> {
  const { name, version } = release
  const [, os, cpu] = name.split('-') as [string, string, string]
  const cache = cacheFolder()
  mkdirSync(cache, { recursive: true })
  const scratch = mkdtempSync(join(cache, 'fetch-'))
  try {
    // --force: the package is for another machine than this one.
    const flags = [
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--workspaces=false',
      '--force',
      `--os=${os}`,
      `--cpu=${cpu}`,
    ]
    await promisify(execFile)('npm', ['install', '--prefix', scratch, ...flags, `${name}@${version}`], {
      cwd: scratch,
      timeout: npmTimeoutMs,
    })
    mkdirSync(dirname(target), { recursive: true })
    renameSync(join(scratch, 'node_modules', name, 'bin', 'node'), target)
    note(`${name} ${version} was fetched from the npm registry into ${cache}`)
    return target
  } catch (error) {
    throw new BuildError({
      problem: `Node ${version} for ${cpu} is neither installed nor in ${cache}, and npm could not fetch ${name}@${version} (${reason(error)})`,
      cure: 'run this where the npm registry can be reached, or bring that folder along from there',
      cause: error,
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** npm's own words, without its prefixes and the path of its log. */
function reason(error: unknown): string {
  const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string }
  if (code === 'ENOENT') return 'npm is not on PATH'
  const lines = stderr
    .split('\n')
    .flatMap((line) => /^npm error (?!code |A complete log|errno |syscall )(?<text>.+)/.exec(line)?.groups?.text ?? [])
  return (lines[0] ?? message).trim().replace(/\.$/, '')
}
