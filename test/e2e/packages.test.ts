import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutLateEnds } from '../support/command.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const packages = [
  'core',
  'plugins/bash',
  'plugins/sql',
  'plugins/python-subprocess',
  'plugins/javascript',
  'dev',
  'cli',
  'create-anyhandler',
  'examples/custom-plugin',
]
const nodePackage = `node-linux-${process.arch}@24`

/** What `npm create anyhandler` makes: the folder's name, its flags, and what an example answers. */
const projects = [
  ['sql', ['--template', 'sql'], 'hello', { statusCode: 200, body: 'Hello World' }],
  ['bash', ['--template', 'bash'], 'hello', { message: 'Hello World' }],
  ['python', ['--template', 'python'], 'hello', { message: 'Hello World' }],
  ['javascript', ['--template', 'javascript'], 'hello', { message: 'Hello World' }],
  ['mixed', ['--template', 'mixed'], 'hello', { statusCode: 200, body: 'Hello World' }],
  ['anyhandler-plugin-fil', ['--template', 'plugin', '--kind', 'filter'], 'example/hello', { message: 'Hello World' }],
  ['anyhandler-plugin-wrm', ['--template', 'plugin', '--kind', 'warm'], 'example/hello', { message: 'Hello World' }],
  ['anyhandler-plugin-tmpl', ['--template', 'plugin', '--kind', 'js'], 'example/hello', { message: 'Hello World' }],
] as const

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
    const create = [
      'exec',
      '--yes',
      '--package',
      join(
        folder,
        tarballs.find((name) => name.startsWith('create-'))!,
      ),
    ]
    for (const [name, flags] of projects)
      await execa('npm', [...create, '--', 'create-anyhandler', `projects/${name}`, ...flags], { cwd: app })
    // One installation serves all: the packages that the projects name are those from here.
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module", "workspaces": ["projects/*"] }\n')
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
  }, 360_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('hold nothing but what runs', async () => {
    const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    expect(tarballs).toHaveLength(packages.length)
    const lists = await Promise.all(
      tarballs.map(async (name) => (await execa('tar', ['-tzf', join(folder, name)])).stdout),
    )
    const names = lists.join('\n').split('\n')
    const templates = names.filter((name) => name.startsWith('package/templates/'))
    expect(templates).toContain('package/templates/functions/_gitignore')
    const others = names.filter((name) => !templates.includes(name))
    expect(others.filter((name) => /\.tsbuildinfo|\/test\/|__pycache__|\/src\//.test(name))).toEqual([])
  })

  it.each([
    ['scripted', '{"from":"perl"}'],
    ['sql:hello', '{"body":"Hello World","statusCode":200}'],
    ['hey', 'hey\n'],
    ['greet', '"hi"'],
  ])('answer %s', async (handler, answer) => {
    const { stdout, stderr, exitCode } = await npx(['invoke', handler, '--root', 'handlers'])
    expect(stdout).toBe(answer)
    expect(withoutLateEnds(stderr)).toBe('')
    expect(exitCode).toBe(0)
  })

  it('list the plugin from outside with its version', async () => {
    const { stdout } = await npx(['plugins', '--root', 'handlers'])
    expect(stdout).toMatch(/^perl +\.pl +anyhandler-plugin-perl +0\.1\.0 +anyhandler\.config\.yaml$/m)
    expect(stdout).toMatch(/^sql +\.sql +@anyhandler\/sql +0\.1\.0 +built in$/m)
  })

  it.each(projects)(
    'the project %s of npm create has green tests, and answers',
    async (name, _flags, handler, answer) => {
      const cwd = join(app, 'projects', name)
      const tests = await execa('npm', ['test'], { cwd, reject: false, stdin: 'ignore' })
      expect(tests.stdout).toMatch(/^(?:(?:ℹ|#) fail 0|\d+ passed in .*)$/m)
      expect(tests.exitCode).toBe(0)
      const root = handler === 'hello' ? ['--root', 'handlers'] : []
      const event = ['--event', '{"name":"World"}']
      const { stdout } = await execa('npx', ['--no-install', 'anyhandler', 'invoke', handler, ...root, ...event], {
        cwd,
        env: { AWS_REGION: 'eu-central-1' },
      })
      expect(JSON.parse(stdout)).toEqual(answer)
    },
    300_000,
  )
})
