import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder, writeFiles } from '../../support/folder.ts'
import { readZip, unzip } from '../../support/zip.ts'

const perl = fileURLToPath(new URL('../../../examples/custom-plugin', import.meta.url))
const prebuilds = join(
  dirname(createRequire(fileURLToPath(import.meta.resolve('@anyhandler/sql'))).resolve('better-sqlite3/package.json')),
  'prebuilds',
)

/** A plugin with all that a bundle can need: a thread's module, a native module in it, a folder of files, a library. */
const shout = {
  'package.json': JSON.stringify({
    name: 'anyhandler-plugin-shout',
    type: 'module',
    exports: './lib/index.js',
    anyhandlerPlugin: {
      name: 'shout',
      extensions: ['.txt'],
      driver: 'data',
      workers: ['threads/worker'],
      native: { 'tiny-native': 'tiny-native/prebuilds/linux-{arch}.node' },
    },
  }),
  'data/mark': '!',
  'lib/index.js': `import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { checkOptions, HandlerError } from '@anyhandler/core'
import { ThreadPool } from '@anyhandler/core/thread'
import { twice } from 'tiny-library'
const mark = readFileSync(new URL('../data/mark', import.meta.url), 'utf8')
export default (options) => {
  const { loud = true } = checkOptions('plugins.shout.options', options, { loud: { type: 'boolean' } })
  let pool
  return {
    name: 'shout',
    extensions: ['.txt'],
    async setup(env) {
      const module = new URL('threads/worker' + extname(import.meta.url), import.meta.url)
      pool = new ThreadPool({ module, options: { mark: loud ? mark : '.' }, size: env.concurrency })
      await pool.start()
    },
    async invoke({ handler, event, signal }) {
      if (JSON.parse(Buffer.from(event)).fail) throw new HandlerError({ errorType: 'Shout.Hoarse', message: 'no voice' })
      const reply = await pool.run(twice(readFileSync(handler.file, 'utf8')), { signal })
      return reply.value
    },
    cleanup: () => pool?.close(),
  }
}
`,
  'lib/threads/worker.js': `import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import native from 'tiny-native'
const again = readFileSync(join(import.meta.dirname, '../../data/mark'), 'utf8')
export default ({ mark }) => ({ run: (text) => text.toUpperCase() + mark + again + ' ' + typeof native.Database })
export const failure = (thrown) => ({ errorType: 'x', message: String(thrown) })
`,
  'node_modules/tiny-library/package.json': '{"name":"tiny-library","main":"index.cjs"}',
  'node_modules/tiny-library/index.cjs': 'exports.twice = (text) => text + text\n',
  'node_modules/tiny-native/package.json': '{"name":"tiny-native","main":"index.js"}',
  'node_modules/tiny-native/index.js': 'throw new Error("the module of the machine that builds")\n',
}

/** Runs an event in a host. @param task files of the task root, or its folder */
async function answerFrom(
  hostFile: string,
  handler: string,
  task: string | Readonly<Record<string, string>>,
  event: object,
): Promise<string> {
  await using api = await RuntimeApiServer.start()
  const env = {
    PATH: process.env['PATH'],
    AWS_LAMBDA_RUNTIME_API: api.address,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: typeof task === 'string' ? task : folder(task),
  }
  const host = spawn(process.execPath, [hostFile], { env, stdio: 'ignore' })
  const outcome = await api.invoke(event)
  host.kill('SIGTERM')
  await once(host, 'exit')
  return outcome.text()
}

/** Installs both plugins in a folder. */
function install(root: string, manifest: Readonly<Record<string, unknown>> = {}): string {
  const { 'package.json': own, ...rest } = shout
  const whole = JSON.parse(own) as { anyhandlerPlugin: object }
  const text = JSON.stringify({ ...whole, anyhandlerPlugin: { ...whole.anyhandlerPlugin, ...manifest } })
  const files = Object.entries({ 'package.json': text, ...rest })
  writeFiles(
    root,
    Object.fromEntries(files.map(([name, content]) => [`node_modules/anyhandler-plugin-shout/${name}`, content])),
  )
  symlinkSync(perl, join(root, 'node_modules/anyhandler-plugin-perl'))
  const native = join(root, 'node_modules/anyhandler-plugin-shout/node_modules/tiny-native/prebuilds')
  mkdirSync(native)
  for (const arch of ['x64', 'arm64'])
    copyFileSync(join(prebuilds, `linux-${arch}.node`), join(native, `linux-${arch}.node`))
  return root
}

const languages = 'bash,anyhandler-plugin-perl,anyhandler-plugin-shout'

describe("a layer with plugins from outside among the host's languages", () => {
  let layer: string
  let zip: string
  let said: string
  beforeAll(async () => {
    layer = mkdtempSync(join(tmpdir(), 'anyhandler-foreign-'))
    zip = join(layer, 'layer.zip')
    const flags = ['--runtime', 'nodejs24.x', '--languages', languages, '--out', zip]
    const { exitCode, stderr, stdout } = await anyhandler(['build', 'layer', ...flags], { cwd: install(layer) })
    if (exitCode !== 0) throw new Error(stderr)
    said = stdout
    await unzip(zip, layer)
  }, 180_000)
  afterAll(() => rmSync(layer, { recursive: true, force: true }))

  it('holds their drivers, threads and native modules, and nothing of node_modules', async () => {
    const names = (await readZip(zip)).map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'anyhandler/perl/driver/driver.pl',
        'anyhandler/shout/data/mark',
        'anyhandler/shout/lib/threads/worker.cjs',
        'anyhandler/tiny-native.node',
        'anyhandler/bash/driver/start.bash',
      ]),
    )
    expect(said).toContain('with bash, anyhandler-plugin-perl, anyhandler-plugin-shout; ')
    expect(said).toContain('perl needs perl on PATH: the platform or another layer must have it\n')
    expect(names.filter((name) => /node_modules|better-sqlite3|python/.test(name))).toEqual([])
  })

  /** Runs an event in a host of the layer, whose task root has no configuration and no packages. */
  const answer = (handler: string, files: Readonly<Record<string, string>>, event: object): Promise<string> =>
    answerFrom(join(layer, 'anyhandler/host.cjs'), handler, files, event)

  it("runs a child language's handler by its driver", async () => {
    const hello = readFileSync(join(perl, 'test/handlers/hello.pl'), 'utf8')
    expect(JSON.parse(await answer('hello', { 'hello.pl': hello }, {}))).toEqual({
      body: 'Hello World',
      statusCode: 200,
    })
  })

  it('runs a handler in a thread, with its native module', async () => {
    expect(await answer('hello', { 'hello.txt': 'ho' }, {})).toBe('HOHO!! function')
  })

  it("runs a function's own plugin file, whose zip has the bash that the file imports", async () => {
    const root = folder({
      'plugins/awk.mjs': `import { filterPlugin } from '@anyhandler/bash/filter'
export default filterPlugin({ name: 'awk', extensions: ['.awk'], interpreter: ['awk', '-f'] })
`,
      'count.awk': '{ print length($0) }\n',
      'anyhandler.config.yaml': 'plugins: { awk: { package: ./plugins/awk.mjs, extensions: [.awk] } }\n',
      'package.json': '{"devDependencies":{"anyhandler":"0.1.0"}}',
    })
    const task = folder({})
    const built = await anyhandler(['build', 'function', root, '--out', join(task, 'f.zip')])
    expect([built.stderr, built.exitCode]).toEqual(['', 0])
    await unzip(join(task, 'f.zip'), task)
    expect(await answerFrom(join(layer, 'anyhandler/host.cjs'), 'count', task, { a: 1 })).toBe('7\n')
  })

  it("knows the plugin's errors and options", async () => {
    expect(await answer('hello', { 'hello.txt': 'ho' }, { fail: true })).toContain('"errorType":"Shout.Hoarse"')
    const config = (options: string) => ({
      'hello.txt': 'ho',
      'anyhandler.config.yaml': `plugins: { shout: { options: ${options} } }\n`,
    })
    expect(await answer('hello', config('{ loud: false }'), {})).toBe('HOHO.! function')
    expect(await answer('hello', config('{ loud: 1 }'), {})).toContain(
      'plugins.shout.options.loud is 1; it must be true or false',
    )
  })
})

describe('a plugin made with the driver of bash', () => {
  const awk = {
    'node_modules/anyhandler-plugin-awk/package.json': JSON.stringify({
      name: 'anyhandler-plugin-awk',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      dependencies: { '@anyhandler/bash': '0.1.0' },
      anyhandlerPlugin: { name: 'awk', extensions: ['.awk'], needs: { programs: ['awk'] } },
    }),
    'node_modules/anyhandler-plugin-awk/index.js': `import { filterPlugin } from '@anyhandler/bash/filter'
export default filterPlugin({ name: 'awk', extensions: ['.awk'], interpreter: ['awk', '-f'] })
`,
  }
  const code = '{ print length($0) }\n'

  it('runs in a layer without bash among its languages', async () => {
    const cwd = folder(awk)
    const flags = ['--runtime', 'nodejs24.x', '--languages', 'anyhandler-plugin-awk', '--out', 'layer.zip']
    const { exitCode, stderr } = await anyhandler(['build', 'layer', ...flags], { cwd })
    expect([stderr, exitCode]).toEqual(['', 0])
    await unzip(join(cwd, 'layer.zip'), cwd)
    expect(await answerFrom(join(cwd, 'anyhandler/host.cjs'), 'count', { 'count.awk': code }, { a: 1 })).toBe('7\n')
  }, 180_000)

  it("runs from a function's zip", async () => {
    const root = folder({
      ...awk,
      'count.awk': code,
      'anyhandler.config.yaml': 'plugins: { awk: { package: anyhandler-plugin-awk, extensions: [.awk] } }\n',
    })
    mkdirSync(join(root, 'node_modules/@anyhandler'))
    symlinkSync(
      fileURLToPath(new URL('../../../plugins/bash', import.meta.url)),
      join(root, 'node_modules/@anyhandler/bash'),
    )
    const cwd = folder({})
    const { exitCode, stderr } = await anyhandler(['build', 'function', root, '--out', 'f.zip'], { cwd })
    expect([stderr, exitCode]).toEqual(['', 0])
    await unzip(join(cwd, 'f.zip'), cwd)
    const { stdout } = await anyhandler(['invoke', 'count', '--root', cwd, '--event', '{"a":1}'])
    expect(stdout).toBe('7\n')
  }, 180_000)
})

describe('a plugin that can not go into a bundle', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string, RegExp]>([
    [
      'says not which language it is',
      { name: undefined },
      languages,
      /^anyhandler: \S+\/anyhandler-plugin-shout\/package\.json: anyhandlerPlugin\.name is missing; a plugin .* there/,
    ],
    [
      'claims what another one has',
      { extensions: ['.txt', '.pl'] },
      languages,
      /^anyhandler: anyhandler-plugin-perl and anyhandler-plugin-shout both claim the extension \.pl; leave one of them out/,
    ],
    [
      'has an unknown key',
      { drivers: 'data' },
      languages,
      /^anyhandler: \S+\/package\.json: anyhandlerPlugin\.drivers is not known \(did you mean 'driver'\?\); there are name,/,
    ],
    [
      'has a driver that is none',
      { driver: 5 },
      languages,
      /package\.json: anyhandlerPlugin\.driver is 5; it must be a path in the package\n$/,
    ],
    [
      'has no such folder',
      { driver: 'drivers' },
      languages,
      /package\.json: anyhandlerPlugin\.driver is 'drivers', and there is no such folder; /,
    ],
    [
      'is not installed',
      {},
      'anyhandler-plugin-lua',
      /^anyhandler: --languages: there is no language 'anyhandler-plugin-lua'; there are bash, sql, python, javascript, and the packages/,
    ],
    ['is a mistyped built-in', {}, 'pyton', /there is no language 'pyton', did you mean python\?; /],
  ])('%s', async (_, manifest, names, message) => {
    const flags = ['--runtime', 'nodejs24.x', '--languages', names, '--out', 'x.zip']
    const { stderr, exitCode } = await anyhandler(['build', 'layer', ...flags], { cwd: install(folder({}), manifest) })
    expect(stderr).toMatch(message)
    expect(exitCode).not.toBe(0)
  })

  it.each([
    [
      './gone.js',
      /could not be bundled: lame\/index\.js:1 imports '\.\/gone\.js', which can't be found; correct the path/,
    ],
    ['left-behind/sub.js', /lame\/index\.js:1 imports 'left-behind\/sub\.js', .*; run 'npm install left-behind', or/],
  ])('imports %s, which is not there', async (specifier, message) => {
    const manifest = {
      name: 'lame',
      type: 'module',
      main: 'index.js',
      anyhandlerPlugin: { name: 'lame', extensions: [] },
    }
    const cwd = folder({ 'lame/package.json': JSON.stringify(manifest), 'lame/index.js': `import '${specifier}'\n` })
    const { stderr, exitCode } = await anyhandler(['build', 'layer', '--languages', './lame'], { cwd })
    expect(stderr).toMatch(message)
    expect([stderr.split('\n').length, exitCode]).toEqual([2, 1])
  })

  it('is a file of no package', async () => {
    const { stderr, exitCode } = await anyhandler(['build', 'layer', '--languages', './lame.js'], {
      cwd: folder({ 'lame.js': '' }),
    })
    expect(stderr).toMatch(/^anyhandler: the plugin \.\/lame\.js is a file of no package, .*; put a package\.json /)
    expect(exitCode).toBe(1)
  })
})
