import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

/** What changesets reads and writes. */
const manifests = /^(?:package(?:-lock)?\.json|CHANGELOG\.md)$/

/**
 * Raises the versions and writes the changelogs by what `.changeset` says. A dry run does so in a copy, and leaves the
 * command's new changelog in `out`.
 * @returns a line that says what became of it
 */
export async function setVersions(root: string, out: string, isDry: boolean): Promise<string> {
  const waiting = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md') && file !== 'README.md')
  const before = versionIn(root)
  if (waiting.length === 0) return `version ${before}: no changeset is waiting`
  const place = isDry ? copyOf(root) : root
  try {
    await run([process.execPath, createRequire(import.meta.url).resolve('@changesets/cli/bin.js'), 'version'], place)
    if (!isDry) {
      await run(['npm', 'install', '--package-lock-only', '--ignore-scripts'], root)
      setConstant(join(root, 'core/src/version.ts'), before, versionIn(root))
    }
    if (isDry) cpSync(join(place, 'cli/CHANGELOG.md'), join(out, 'CHANGELOG.md'))
    return `version ${before} → ${versionIn(place)}: ${waiting.length} changesets`
  } finally {
    if (isDry) rmSync(place, { recursive: true, force: true })
  }
}

function versionIn(place: string): string {
  return (JSON.parse(readFileSync(join(place, 'cli/package.json'), 'utf8')) as { version: string }).version
}

/** The host tells its version without reading a package.json. */
function setConstant(file: string, before: string, after: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(`'${before}'`, `'${after}'`))
}

function copyOf(root: string): string {
  const place = mkdtempSync(join(tmpdir(), 'anyhandler-release-'))
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] }
  for (const folder of ['.', ...workspaces]) {
    for (const file of readdirSync(join(root, folder)).filter((name) => manifests.test(name))) {
      mkdirSync(join(place, folder), { recursive: true })
      cpSync(join(root, folder, file), join(place, folder, file))
    }
  }
  cpSync(join(root, '.changeset'), join(place, '.changeset'), { recursive: true })
  if (existsSync(join(root, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  return place
}
