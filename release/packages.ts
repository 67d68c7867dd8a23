import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { run } from './run.ts'

/** In the order in which they are published: each after what it needs. */
const folders = [
  'core',
  'plugins/bash',
  'plugins/sql',
  'plugins/python-subprocess',
  'plugins/javascript',
  'dev',
  'cli',
  'create-anyhandler',
] as const

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly repository?: unknown
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** What npm would refuse after the first packages are out. @throws Error */
export function refuseUnready(root: string): void {
  for (const folder of folders) {
    if (manifestOf(join(root, folder)).repository === undefined)
      throw new Error(`${folder}/package.json names no repository, which provenance needs; nothing was published`)
  }
}

/**
 * Packs all packages.
 * @throws Error for a package without licence, README or provenance
 */
export async function packPackages(root: string, out: string): Promise<readonly string[]> {
  await run([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--build'], root)
  await run([process.execPath, join(root, 'dev/page-src/build.ts')], root)
  const lines: string[] = []
  for (const place of folders) {
    const folder = join(root, place)
    const { name, version, license, publishConfig } = manifestOf(folder)
    const missing = ['LICENSE', 'README.md'].find((file) => !existsSync(join(folder, file)))
    if (missing !== undefined || license === undefined) throw new Error(`${place} has no ${missing ?? 'license'}`)
    if (publishConfig?.access !== 'public' || !publishConfig.provenance)
      throw new Error(`${place}/package.json must say publishConfig: { access: public, provenance: true }`)
    removeStale(folder)
    const stdout = await run(['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', out], folder)
    const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; files: readonly unknown[] }]
    lines.push(`packed ${name} ${version}: ${packed.filename}, ${packed.files.length} files, ${packed.size} bytes`)
  }
  return lines
}

/** The compiler leaves what it made of sources that are gone. */
function removeStale(folder: string): void {
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const stem = /^(?<stem>.*)\.(?:js|d\.ts)$/.exec(path)?.groups?.['stem']
    if (stem !== undefined && !existsSync(join(folder, 'src', `${stem}.ts`))) rmSync(join(folder, 'dist', path))
  }
}

/** publint on each archive, and whether its types are right for those who import it. @throws Error */
export async function checkPackages(out: string): Promise<readonly string[]> {
  const attw = createRequire(import.meta.url)
    .resolve('@arethetypeswrong/cli/package.json')
    .replace('package.json', 'dist/index.js')
  const lines: string[] = []
  for (const file of archives(out)) {
    const archive = join(out, file)
    const tarball = Uint8Array.from(readFileSync(archive)).buffer
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    if (messages.length > 0)
      throw new Error(`${file}: ${messages.map((message) => formatMessage(message, pkg as never)).join('\n')}`)
    await run([process.execPath, attw, archive, '--profile', 'esm-only', '--no-color'], out)
    lines.push(`checked ${file}: publint, attw`)
  }
  return lines
}

/** @throws Error at the first that npm refuses; a second run goes on with the others */
export async function publishPackages(root: string, out: string): Promise<readonly string[]> {
  const lines: string[] = []
  for (const folder of folders) {
    const { name, version } = manifestOf(join(root, folder))
    const archive = join(out, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
    await run(['npm', 'publish', archive, '--provenance', '--access', 'public'], root)
    lines.push(`published ${name} ${version}`)
  }
  return lines
}

function archives(out: string): readonly string[] {
  return readdirSync(out)
    .filter((file) => file.endsWith('.tgz'))
    .toSorted()
}
