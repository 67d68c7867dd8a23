import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveAsReadme } from '../support/readme.ts'
import { folder } from '../support/folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const node = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }

describe('npm run release -- --dry-run', () => {
  let out: string
  let said: string

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'anyhandler-release-'))
    const script = join(root, 'release/release.ts')
    const { stdout } = await execa(process.execPath, [script, '--dry-run', '--out', out, '--runtimes', 'nodejs24.x'])
    said = stdout
  }, 360_000)

  afterAll(() => rmSync(out, { recursive: true, force: true }))

  it('packs, checks, builds the layers, and writes sums of all', async () => {
    const packages = ['core', 'bash', 'sql', 'python-subprocess', 'javascript', 'dev'].map(
      (name) => `anyhandler-${name}-0.1.0.tgz`,
    )
    const layers = ['arm64', 'x64'].map((arch) => `anyhandler-layer-nodejs24.x-${arch}.zip`)
    const files = ['anyhandler-0.1.0.tgz', 'create-anyhandler-0.1.0.tgz', ...packages, ...layers].toSorted()
    expect(
      readdirSync(out)
        .filter((file) => /\.(?:tgz|zip)$/.test(file))
        .toSorted(),
    ).toEqual(files)
    for (const file of files.filter((name) => name.endsWith('.tgz')))
      expect(said).toContain(`checked ${file}: publint, attw`)
    expect(said).toMatch(/^version 0\.1\.0(?: → \d+\.\d+\.\d+)?: /)
    expect(said).toMatch(/dry run: nothing was published, and nothing was changed$/)
    const { stdout } = await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out })
    expect(stdout.split('\n')).toEqual(files.map((file) => `${file}: OK`))
  })

  it('packs a licence and a README with each package, and no source', async () => {
    for (const file of readdirSync(out).filter((name) => name.endsWith('.tgz'))) {
      const { stdout } = await execa('tar', ['-tzf', file], { cwd: out })
      const names = stdout.split('\n')
      expect({ file, names }).toEqual({
        file,
        names: expect.arrayContaining(['package/LICENSE', 'package/README.md', 'package/package.json']) as unknown,
      })
      const own = names.filter((name) => !name.startsWith('package/templates/'))
      expect(own.filter((name) => /\/(?:src|test)\/|tsbuildinfo|__pycache__/.test(name))).toEqual([])
    }
  })

  it('makes packages with which the install lines of the README work in an empty folder', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const [, lines = '', answer = ''] =
      /```console\n(\$ npm install --save-dev anyhandler\n[^`]*?)(\{.*\}\n)```/.exec(readme) ?? []
    const commands = lines.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
    expect(commands).toHaveLength(3)
    const [, ...others] = commands
    // What the registry would have: the same archives.
    const archives = readdirSync(out)
      .filter((file) => file.endsWith('.tgz'))
      .map((file) => join(out, file))
    const cwd = folder({ 'package.json': '{"private":true}' })
    await execa('npm', ['install', '--save-dev', '--prefer-offline', '--no-audit', '--no-fund', ...archives], { cwd })
    const { stdout } = await execa('sh', ['-ec', others.join('\n')], { cwd, env: node, stdin: 'ignore' })
    expect(`${stdout}\n`).toBe(answer)
    const served = await serveAsReadme(cwd, readme)
    expect(served).toMatchObject({ answer: served.wanted, page: 200 })
    const doctor = await execa('npx', ['anyhandler', 'doctor', '--strict'], { cwd, env: node })
    expect(doctor.stdout).toMatch(/no errors, no warnings$/)
  }, 360_000)
})
