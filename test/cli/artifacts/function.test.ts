import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { cannotEmulate, emulate } from './lambda.ts'
import { readZip, unzip } from '../../support/zip.ts'

const perl = fileURLToPath(new URL('../../../examples/custom-plugin', import.meta.url))

/** A project whose configuration names the Perl plugin: as an installed package, or as a path. */
function perlProject(specifier: string): string {
  const root = folder({
    'anyhandler.config.yaml': `plugins:\n  perl: { package: ${specifier}, extensions: [.pl] }\n`,
    'hello.pl': readFileSync(join(perl, 'test/handlers/hello.pl'), 'utf8'),
    'hello.sql': "SELECT 'sql' body;\n",
  })
  if (specifier.startsWith('./')) cpSync(perl, join(root, specifier), { recursive: true })
  else {
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(perl, join(root, 'node_modules', specifier))
  }
  return root
}

/** Builds a function's zip; gives the file, and what was said. */
async function built(root: string, ...flags: string[]): Promise<{ readonly zip: string; readonly stdout: string }> {
  const zip = join(folder({}), 'function.zip')
  const { stdout, stderr, exitCode } = await anyhandler(['build', 'function', root, '--out', zip, ...flags])
  expect([stderr, exitCode]).toEqual(['', 0])
  return { zip, stdout }
}

async function namesIn(zip: string): Promise<string[]> {
  return (await readZip(zip)).map(({ name }) => name)
}

describe('anyhandler build function', () => {
  it('packs handlers, configuration and data, with their execute bits and nothing that is for local work alone', async () => {
    const root = folder({
      'hello.sh': 'echo\n',
      'tool*': '#!/bin/sh\n',
      'data/list.csv': '1\n',
      'anyhandler.config.yaml': '{}\n',
      '.env': 'SECRET=1\n',
      '.git/HEAD': '',
      '__pycache__/app.pyc': '',
      'pkg/__pycache__/x.pyc': '',
      'node_modules/devtool/package.json': '{}',
      'function.zip': 'old',
      'package-lock.json': '{}',
      'hello.sh~': 'echo old\n',
    })
    symlinkSync('data/list.csv', join(root, 'link.csv'))
    const { zip, stdout } = await built(root)
    const entries = (await readZip(zip)).map(({ name, mode }) => [name, (mode & 0o777).toString(8)])
    expect(entries).toEqual([
      ['anyhandler.config.yaml', '644'],
      ['data/list.csv', '644'],
      ['hello.sh', '644'],
      ['link.csv', '644'],
      ['tool', '755'],
    ])
    expect(stdout).toMatch(/function, 5 files; \d+ KB zipped, \d+ KB unpacked\n(?:Left out: .+\n){6}$/)
  })

  it('gives the same bytes again, and does not pack what it writes', async () => {
    const root = folder({ 'hello.sh': 'echo\n', 'b/c': '', 'b-c': '' })
    await anyhandler(['build', 'function', '.', '--out', 'made.zip'], { cwd: root })
    const first = readFileSync(join(root, 'made.zip'))
    await anyhandler(['build', 'function', root, '--out', join(root, 'made.zip')], { env: { TZ: 'Asia/Tokyo' } })
    expect(readFileSync(join(root, 'made.zip')).equals(first)).toBe(true)
    expect(await namesIn(join(root, 'made.zip'))).toEqual(['b-c', 'b/c', 'hello.sh'])
  })

  it('takes the working directory when no folder is given', async () => {
    const root = folder({ 'hello.sh': 'echo\n' })
    expect((await anyhandler(['build', 'function'], { cwd: root })).stderr).toBe('')
    expect(await namesIn(join(root, 'function.zip'))).toEqual(['hello.sh'])
  })

  it('packs the dependencies of package.json with what they need, where Node finds them', async () => {
    const manifest = (name: string, version: string, dependencies: Readonly<Record<string, string>> = {}) =>
      JSON.stringify({ name, version, dependencies })
    const root = folder({
      'hello.sql': 'SELECT 1',
      'package.json': JSON.stringify({
        dependencies: { one: '1', '@scope/two': '1', anyhandler: '0' },
        devDependencies: { devtool: '1' },
      }),
      'node_modules/one/package.json': manifest('one', '1.0.0', { shared: '1' }),
      'node_modules/shared/package.json': manifest('shared', '1.0.0'),
      'node_modules/@scope/two/package.json': manifest('@scope/two', '1.0.0', { shared: '2' }),
      'node_modules/@scope/two/node_modules/shared/package.json': manifest('shared', '2.0.0'),
      'node_modules/devtool/package.json': manifest('devtool', '1.0.0'),
    })
    const { zip } = await built(root)
    const versions: [string, string][] = []
    for (const entry of await readZip(zip)) {
      if (!entry.name.endsWith('shared/package.json')) continue
      versions.push([entry.name, (JSON.parse((await entry.read()).toString()) as { version: string }).version])
    }
    expect(versions).toEqual([
      ['node_modules/@scope/two/node_modules/shared/package.json', '2.0.0'],
      ['node_modules/shared/package.json', '1.0.0'],
    ])
    expect(await namesIn(zip)).toContain('node_modules/one/package.json')
    expect((await namesIn(zip)).filter((name) => /devtool|anyhandler/.test(name))).toEqual([])
  })

  it.each([
    [
      'a link that leads out',
      (root: string) => symlinkSync('/etc/hostname', join(root, 'x')),
      /^anyhandler: x is a symbolic link that leads out of the project, to \/etc\/hostname; replace the link by the file itself\n$/,
    ],
    [
      'a link to nothing',
      (root: string) => symlinkSync('gone', join(root, 'x')),
      /^anyhandler: x is a symbolic link to a missing file; /,
    ],
    [
      'a link in a circle',
      (root: string) => symlinkSync('.', join(root, 'x')),
      /^anyhandler: x is a symbolic link to a folder above itself; remove it\n$/,
    ],
  ])('refuses %s', async (_, make, message) => {
    const root = folder({ 'hello.sh': '' })
    make(root)
    const { stderr, exitCode } = await anyhandler(['build', 'function', root, '--out', join(folder({}), 'f.zip')])
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(1)
  })

  it('refuses a name that is no text', async () => {
    const root = folder({ 'hello.sh': '' })
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]), '')
    const { stderr, exitCode } = await anyhandler(['build', 'function', root, '--out', join(folder({}), 'f.zip')])
    expect(stderr).toBe(
      'anyhandler: caf\uFFFD.txt has a name that is not UTF-8, which a zip for Lambda can not hold; rename it\n',
    )
    expect(exitCode).toBe(1)
  })

  it('says which package is missing', async () => {
    const root = folder({ 'hello.sh': '', 'package.json': '{"dependencies":{"left-behind":"1"}}' })
    const { stderr, exitCode } = await anyhandler(['build', 'function', root])
    expect(stderr).toBe(
      `anyhandler: the package 'left-behind', which the project needs, is not installed; run 'npm install' in ${root}\n`,
    )
    expect(exitCode).toBe(1)
  })

  describe('with a plugin that is a file', () => {
    const plugin = (imports: string) => ({
      'hello.txt': 'hello',
      'plugins/shout.mjs': `import './loud.mjs'\nexport default () => ({ name: 'shout', extensions: ['.txt'] })\n`,
      'plugins/loud.mjs': imports,
      'anyhandler.config.yaml': 'plugins: { shout: { package: ./plugins/shout.mjs, extensions: [.txt] } }\n',
    })
    const installed = (...names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [`node_modules/${name}/package.json`, JSON.stringify({ name })]))

    it('packs the packages that it imports, and none that only the layer or the command needs', async () => {
      const ours = ['anyhandler', 'create-anyhandler', '@anyhandler/dev', '@anyhandler/sql', '@anyhandler/javascript']
      const root = folder({
        ...plugin(
          "import fs from 'node:fs'\nimport path from 'path'\nimport used from '@scope/used/sub.js'\nawait import('tried').catch(() => fs)\n",
        ),
        ...installed(...ours, '@scope/used', 'listed', 'unused'),
        'node_modules/@scope/used/sub.js': '',
        'package.json': JSON.stringify({
          dependencies: Object.fromEntries([...ours, 'listed'].map((name) => [name, '0'])),
          devDependencies: { '@scope/used': '0', unused: '0' },
        }),
      })
      const names = await namesIn((await built(root)).zip)
      const packages = names.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1])
      expect([...new Set(packages)].filter((name) => name !== undefined)).toEqual([
        '@anyhandler/core',
        '@scope/used',
        'listed',
      ])
    })

    it.each([
      ['maps the package to a file of types', '{"compilerOptions":{"paths":{"left-behind":["./types.ts"]}}}'],
      ['has a slip', '{"compilerOptions": x'],
    ])('heeds no tsconfig.json, as Node does not: one that %s', async (_, text) => {
      const root = folder({ ...plugin("import 'left-behind'\n"), 'types.ts': '', 'tsconfig.json': text })
      const { stderr, exitCode } = await anyhandler(['build', 'function', root])
      expect(stderr).toContain("the package 'left-behind', which plugins/loud.mjs needs, is not installed")
      expect(exitCode).toBe(1)
    })

    it.each([
      ['{ "name": ', 'is not JSON: '],
      ['null', 'is not a JSON object'],
    ])('names a package.json that can not be read: %s', async (text, fault) => {
      for (const path of ['package.json', 'plugins/package.json']) {
        const root = folder({ ...plugin(''), [path]: text })
        const { stderr, exitCode } = await anyhandler(['build', 'function', root])
        expect(stderr).toMatch(/^anyhandler: .+\n$/)
        expect(stderr).toContain(`${join(root, path)} ${fault}`)
        expect(exitCode).toBe(1)
        const said = (await anyhandler(['doctor', root])).stdout
        expect(said.split('\n').filter((line) => line.includes(`${join(root, path)} ${fault}`))).toHaveLength(1)
      }
    })

    it.each([
      ["import './gone.mjs'", "imports './gone.mjs', which can't be found; correct the path, or put the file at "],
      [
        "import fs from 'node:fs'\nimport 'used'\nimport 'used/gone'",
        "imports 'used/gone', which can't be found; correct the import, or install a version of used that has it",
      ],
      ["import 'used/lost'", "imports 'used/lost', which can't be found; correct the import, or install a version"],
      ['export const a = 3 4', 'can\'t be read: Expected ";" but found "4"; correct it there'],
    ])('names the line that makes it unusable, as the doctor does once: %s', async (text, fault) => {
      const root = folder({
        ...plugin(`${text}\n`),
        'node_modules/used/package.json': JSON.stringify({
          name: 'used',
          exports: { '.': './a.js', './lost': './b.js' },
        }),
        'node_modules/used/a.js': '',
      })
      const place = `plugins/loud.mjs:${text.split('\n').length}`
      const { stderr, exitCode } = await anyhandler(['build', 'function', root])
      expect(stderr).toMatch(/^anyhandler: .+\n$/)
      expect(stderr).toContain(`plugin 'shout': ${place} ${fault}`)
      expect(exitCode).toBe(1)
      const errors = (await anyhandler(['doctor', root])).stdout.split('\n').filter((line) => line.startsWith('error'))
      expect(errors).toEqual([expect.stringContaining(`plugin 'shout': ${place} ${fault}`)])
    })

    it('allows a missing import that the code tries', async () => {
      const { stdout } = await built(folder(plugin("await import('./gone.mjs').catch(() => 0)\n")))
      expect(stdout).toContain('function')
    })

    it('names the file that imports a missing package, as the doctor does', async () => {
      const root = folder(plugin("import 'left-behind'\n"))
      const { stderr, exitCode } = await anyhandler(['build', 'function', root])
      const fault = "the package 'left-behind', which plugins/loud.mjs needs, is not installed"
      expect(stderr).toBe(`anyhandler: ${fault}; run 'npm install left-behind' in ${root}\n`)
      expect(exitCode).toBe(1)
      const said = (await anyhandler(['doctor', root])).stdout
        .split('\n')
        .filter((line) => line.includes('left-behind'))
      expect(said).toEqual([`error    .: ${fault}; run 'npm install left-behind' in ${root}`])
    })
  })

  it.each(['anyhandler-plugin-perl', './plugins/perl'])(
    'brings the plugin %s along, which then runs from the zip alone',
    async (specifier) => {
      const { zip } = await built(perlProject(specifier))
      const task = join(folder({}), 'task')
      await unzip(zip, task)
      const { stdout, exitCode } = await anyhandler(['invoke', 'hello.pl', '--root', task, '--event', '{"name":"zip"}'])
      expect([JSON.parse(stdout), exitCode]).toEqual([expect.anything(), 0])
      const core = (await namesIn(zip)).filter((name) => name.startsWith('node_modules/@anyhandler/core/'))
      expect(core).toEqual(
        expect.arrayContaining([
          'node_modules/@anyhandler/core/child.js',
          'node_modules/@anyhandler/core/index.js',
          'node_modules/@anyhandler/core/package.json',
        ]),
      )
      // Its own copy of the core must do: nothing of this machine's is loaded.
      const script = `const made = await (await import(${JSON.stringify(join(task, 'node_modules/@anyhandler/core/child.js'))})).childPlugin({ name: 'x', extensions: ['.x'], outputs: {}, command: () => ({ file: 'x', args: [] }) }); console.log(made.name)`
      expect((await execa(process.execPath, ['--input-type=module', '-e', script], { cwd: '/' })).stdout).toBe('x')
    },
  )

  it('brings the core along with which a plugin runs its threads', async () => {
    const root = folder({
      'anyhandler.config.yaml': 'plugins:\n  shout: { package: ./shout/index.mjs, extensions: [.txt] }\n',
      'hello.txt': 'hello',
      'shout/index.mjs': `import { readFileSync } from 'node:fs'
import { ThreadPool } from '@anyhandler/core/thread'
export default () => {
  let pool
  return {
    name: 'shout',
    extensions: ['.txt'],
    async setup(env) {
      pool = new ThreadPool({ module: new URL('worker.mjs', import.meta.url), options: {}, size: env.concurrency })
      await pool.start()
    },
    async invoke({ handler, signal }) {
      const reply = await pool.run(readFileSync(handler.file, 'utf8'), { signal })
      return reply.value
    },
    cleanup: () => pool?.close(),
  }
}
`,
      'shout/worker.mjs':
        'export default () => ({ run: (text) => text.toUpperCase() })\nexport const failure = (thrown) => ({ errorType: "x", message: String(thrown) })\n',
    })
    const { zip } = await built(root)
    const task = join(folder({}), 'task')
    await unzip(zip, task)
    expect((await anyhandler(['invoke', 'hello.txt', '--root', task])).stdout).toBe('HELLO')
  })

  it('refuses what only the host is made of, without --standalone', async () => {
    const { stderr, exitCode } = await anyhandler(['build', 'function', folder({}), '--languages', 'sql'])
    expect(stderr).toBe('anyhandler: --languages configures the host, which is only built with --standalone\n')
    expect(exitCode).toBe(2)
  })

  it('refuses a file of the project where the host has its own', async () => {
    const { stderr, exitCode } = await anyhandler([
      'build',
      'function',
      folder({ 'hello.sh': '', bootstrap: '' }),
      '--standalone',
    ])
    expect(stderr).toBe('anyhandler: bootstrap would be packed twice; rename one of the two files\n')
    expect(exitCode).toBe(1)
  })
})

describe.skipIf(cannotEmulate)('a function under the AWS Runtime Interface Emulator', () => {
  it('answers without a layer when it was built standalone, whatever package.json says of its modules', async () => {
    const root = perlProject('anyhandler-plugin-perl')
    cpSync(fileURLToPath(new URL('../../../examples/hello-bash/hello.sh', import.meta.url)), join(root, 'shell.sh'))
    const { zip, stdout } = await built(root, '--standalone')
    expect(stdout).toContain('function with its host for provided.al2023, x64')
    const task = join(folder({ 'package.json': '{"type":"module"}' }), '')
    await unzip(zip, task)
    // Only what the handlers are written in is in there.
    expect((await namesIn(zip)).filter((name) => name.startsWith('anyhandler/python/'))).toEqual([])
    const layer = folder({})
    expect(await (await emulate({ layer, task, handler: 'hello.sql' })).invoke({})).toEqual({
      status: 200,
      text: '{"body":"sql"}',
    })
    expect((await (await emulate({ layer, task, handler: 'shell' })).invoke({})).status).toBe(200)
    expect((await (await emulate({ layer, task, handler: 'hello.pl' })).invoke({ name: 'x' })).status).toBe(200)
  }, 180_000)
})
