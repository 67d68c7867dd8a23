import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const packages = [
  'core',
  'plugins/bash',
  'plugins/sql',
  'plugins/python-subprocess',
  'plugins/javascript',
  'dev',
  'cli',
  'examples/custom-plugin',
]
const nodePackage = `node-linux-${process.arch}@24`

let folder = ''
let app = ''

/** `npx anyhandler` as somebody has it who installed the packages from a registry. */
function npx(args: readonly string[]) {
  return execa('npx', ['--no-install', 'anyhandler', ...args], {
    cwd: app,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    env: { npm_config_loglevel: 'error', AWS_REGION: 'eu-central-1' },
  })
}

describe('the packed packages, installed outside the repository', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anyhandler-packed-'))
    app = join(folder, 'app')
    mkdirSync(join(app, 'handlers'), { recursive: true })
    await Promise.all(
      packages.map((name) => execa('npm', ['pack', '--pack-destination', folder], { cwd: join(repository, name) })),
    )
    const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n')
    await execa(
      'npm',
      ['install', '--no-audit', '--no-fund', nodePackage, ...tarballs.map((name) => join(folder, name))],
      { cwd: app },
    )
    writeFileSync(
      join(app, 'handlers', 'hello.pl'),
      'sub handler { my ($event) = @_; return { from => "perl" } }\n1;\n',
    )
    writeFileSync(join(app, 'handlers', 'hello.sql'), "SELECT 'Hello World' body, 200 statusCode;\n")
    writeFileSync(join(app, 'handlers', 'hey.sh'), 'echo hey\n')
    writeFileSync(join(app, 'handlers', 'greet.py'), 'def handler(event, context):\n    return "hi"\n')
    writeFileSync(
      join(app, 'handlers', 'anyhandler.config.yaml'),
      'plugins:\n  perl:\n    package: anyhandler-plugin-perl\n    extensions: [.pl]\nhandlers:\n  scripted: perl:hello\n',
    )
  }, 180_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('hold nothing but what runs', async () => {
    const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    expect(tarballs).toHaveLength(packages.length)
    const lists = await Promise.all(
      tarballs.map(async (name) => (await execa('tar', ['-tzf', join(folder, name)])).stdout),
    )
    expect(lists.join('\n')).not.toMatch(/\.tsbuildinfo|\/test\/|__pycache__|\/src\//)
  })

  it.each([
    ['scripted', '{"from":"perl"}'],
    ['sql:hello', '{"body":"Hello World","statusCode":200}'],
    ['hey', 'hey\n'],
    ['greet', '"hi"'],
  ])('answer %s', async (handler, answer) => {
    const { stdout, stderr, exitCode } = await npx(['invoke', handler, '--root', 'handlers'])
    expect(stdout).toBe(answer)
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('list the plugin from outside with its version', async () => {
    const { stdout } = await npx(['plugins', '--root', 'handlers'])
    expect(stdout).toMatch(/^perl +\.pl +anyhandler-plugin-perl +0\.1\.0 +anyhandler\.config\.yaml$/m)
    expect(stdout).toMatch(/^sql +\.sql +@anyhandler\/sql +0\.1\.0 +built in$/m)
  })
})
