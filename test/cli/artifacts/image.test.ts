import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { cannotEmulate, emulate } from './lambda.ts'

async function built(
  files: Readonly<Record<string, string>>,
  ...flags: string[]
): Promise<{ readonly context: string; readonly dockerfile: string; readonly stdout: string }> {
  const cwd = folder({})
  const { stdout, stderr, exitCode } = await anyhandler(['build', 'image', folder(files), ...flags], { cwd })
  expect([stderr, exitCode]).toEqual(['', 0])
  const context = join(cwd, 'anyhandler-image')
  return { context, dockerfile: readFileSync(join(context, 'Dockerfile'), 'utf8'), stdout }
}

/** The instructions, without comments. */
function instructions(dockerfile: string): string[] {
  return dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('anyhandler build image', () => {
  it('writes a Dockerfile and what it copies, with Python for Python handlers', async () => {
    const { context, dockerfile, stdout } = await built({
      'app.py': 'def handler(event, context): return 1\n',
      'tool*': '#!/bin/sh\n',
    })
    expect(instructions(dockerfile)).toEqual([
      'FROM public.ecr.aws/lambda/provided:al2023',
      'RUN dnf install -y python3.13 && dnf clean all && ln -s /usr/bin/python3.13 /usr/local/bin/python3',
      'COPY runtime/ /var/runtime/',
      'COPY function/ /var/task/',
      'CMD ["app"]',
    ])
    expect(dockerfile).toContain('# Other handlers: tool;')
    expect(stdout).toMatch(/^anyhandler-image: context of an image for x64, with bash, python; \d+\.\d MB\n/)
    const modes = [
      'runtime/bootstrap',
      'runtime/anyhandler/node',
      'runtime/anyhandler/host.cjs',
      'function/app.py',
      'function/tool',
    ].map((path) => (statSync(join(context, path)).mode & 0o777).toString(8))
    expect(modes).toEqual(['755', '755', '644', '644', '755'])
  })

  it('takes another Python, and what plugins say they need, and nothing where nothing is needed', async () => {
    const manifest = {
      name: 'lua',
      type: 'module',
      exports: './index.js',
      anyhandlerPlugin: { needs: { programs: ['lua'], packages: ['lua', 'lua-libs'] } },
    }
    const python = await built(
      {
        'app.py': '',
        'hello.lua': 'return 1\n',
        'plugins/lua/package.json': JSON.stringify(manifest),
        'plugins/lua/index.js': 'export default () => ({})\n',
        'anyhandler.config.yaml': 'plugins: { lua: { package: ./plugins/lua, extensions: [.lua] } }\n',
      },
      '--python',
      '3.14',
    )
    expect(instructions(python.dockerfile)[1]).toMatch(
      /^RUN dnf install -y python3\.14 lua lua-libs .* \/usr\/bin\/python3\.14 \/usr\/local\/bin\/python3$/,
    )
    const sql = await built({ 'hello.sql': 'SELECT 1' }, '--arch', 'x64')
    expect(instructions(sql.dockerfile)).toEqual([
      'FROM public.ecr.aws/lambda/provided:al2023',
      'COPY runtime/ /var/runtime/',
      'COPY function/ /var/task/',
      'CMD ["hello"]',
    ])
    const { stderr, exitCode } = await anyhandler(['build', 'image', folder({ 'hello.sql': '' }), '--python', '3.12'])
    expect(stderr).toContain('--python chooses the Python of the image, but python is not among its languages')
    expect(exitCode).toBe(2)
  })

  it("writes its own folder anew, and nobody else's", async () => {
    const project = folder({ 'hello.sql': 'SELECT 1' })
    const cwd = folder({ 'mine/Dockerfile': 'FROM scratch\n' })
    expect((await anyhandler(['build', 'image', project], { cwd })).exitCode).toBe(0)
    writeFileSync(join(cwd, 'anyhandler-image/function/old.sql'), '')
    expect((await anyhandler(['build', 'image', project], { cwd })).exitCode).toBe(0)
    expect(statSync(join(cwd, 'anyhandler-image/function/old.sql'), { throwIfNoEntry: false })).toBeUndefined()
    const { stderr, exitCode } = await anyhandler(['build', 'image', project, '--out', 'mine'], { cwd })
    expect(stderr).toBe(
      'anyhandler: mine exists and was not made by anyhandler; remove it, or name another folder with --out\n',
    )
    expect(exitCode).toBe(1)
  }, 180_000)
})

describe('the folder of an image', () => {
  it('can be read by everybody, whatever the umask is, and keeps an edited Dockerfile', async () => {
    const cwd = folder({ 'project/hello.sql': 'SELECT 1', 'project/data/x': '' })
    const build = ['-c', 'umask 077; exec "$@"', 'sh', process.execPath, bin, 'build', 'image', 'project']
    const { stderr } = await execa('sh', build, { cwd, reject: false })
    expect(stderr).toBe('')
    const modes = ['', 'runtime', 'runtime/anyhandler', 'function/data', 'function/data/x'].map((path) =>
      (statSync(join(cwd, 'anyhandler-image', path)).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['755', '755', '755', '755', '644'])
    const dockerfile = join(cwd, 'anyhandler-image/Dockerfile')
    const edited = readFileSync(dockerfile, 'utf8').replace('CMD', 'ENV A=b\nCMD')
    writeFileSync(dockerfile, edited)
    const again = await execa('sh', build, { cwd, reject: false })
    expect(again.stderr).toBe(
      'anyhandler: anyhandler-image/Dockerfile was edited, and would be overwritten; remove it, or name another folder with --out',
    )
    expect([again.exitCode, readFileSync(dockerfile, 'utf8')]).toEqual([1, edited])
  }, 180_000)
})

describe.skipIf(cannotEmulate)('an image under the AWS Runtime Interface Emulator', () => {
  it('answers from the folders that its Dockerfile copies to', async () => {
    const { context } = await built({ 'hello.sql': "SELECT 'Hello World' body, 200 statusCode;\n" })
    const lambda = await emulate({
      layer: folder({}),
      task: join(context, 'function'),
      runtime: join(context, 'runtime'),
      handler: 'hello',
    })
    expect(await lambda.invoke({})).toEqual({ status: 200, text: '{"body":"Hello World","statusCode":200}' })
  }, 180_000)
})
