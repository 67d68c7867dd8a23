import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { BuildError } from './build-error.ts'
import { note } from '../note.ts'

const npmTimeoutMs = 300_000

/** A release of Node as a package of the registry. */
interface Wanted {
  readonly name: string
  readonly version: string
}

export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'anyhandler')
}

/** npm knows the user's registry, proxy and credentials, and checks the download against the registry's hash. */
export async function fetchNode(release: Wanted, target: string): Promise<string> {
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
    const folder = join(scratch, 'node_modules', name)
    renameSync(join(folder, 'LICENSE'), join(dirname(target), '..', 'LICENSE'))
    renameSync(join(folder, 'bin', 'node'), target)
    note(`${name} ${version} was fetched from the npm registry into ${cache}`)
    return target
  } catch (error) {
    throw new BuildError({
      problem: `Node ${version} for ${cpu} is neither installed nor in ${cache}, and npm could not fetch ${name}@${version} (${reason(error)})`,
      cure: 'run this on a machine that can reach the npm registry, or copy that folder from such a machine',
      cause: error,
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A version of a package, and the hash of its archive. */
export interface Published {
  readonly version: string
  /** `sha512-…`, as npm has it. */
  readonly integrity: string
}

/**
 * Asks the registry for the versions of a package that a range allows.
 * @throws BuildError
 */
export async function publishedVersions(name: string, range: string): Promise<readonly Published[]> {
  try {
    const args = ['view', `${name}@${range}`, 'version', 'dist.integrity', '--json']
    const { stdout } = await promisify(execFile)('npm', args, { timeout: npmTimeoutMs, maxBuffer: 2 ** 26 })
    const found: unknown = stdout.trim() === '' ? [] : JSON.parse(stdout)
    return (Array.isArray(found) ? (found as unknown[]) : [found]).flatMap((entry) => {
      const { version, 'dist.integrity': integrity } = entry as { version?: unknown; 'dist.integrity'?: unknown }
      return typeof version === 'string' && typeof integrity === 'string' ? [{ version, integrity }] : []
    })
  } catch (error) {
    throw new BuildError({
      problem: `npm could not list the versions of ${name} (${reason(error)})`,
      cure: 'run this on a machine that can reach the npm registry, or remove --node',
      cause: error,
    })
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
