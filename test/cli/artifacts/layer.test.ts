import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { makeEvent } from '@anyhandler/core/http'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrapper } from '../../../cli/src/artifacts/code-cache-scripts.ts'
import { nodeReleases } from '../../../cli/src/artifacts/node-release.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { cannotEmulate, emulate } from './lambda.ts'
import { walkThroughShop } from './shop.ts'
import { commandOf, memoryOf, treeOf } from '../../support/processes.ts'
import { readZip, unzip } from '../../support/zip.ts'

const megabyte = 2 ** 20
let work: string
const layers = { provided: '', managed: '' }

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'anyhandler-layers-'))
  for (const [name, runtime] of Object.entries({ provided: 'provided.al2023', managed: 'nodejs24.x' })) {
    const zip = join(work, `${name}.zip`)
    const { stderr, exitCode } = await anyhandler(['build', 'layer', '--runtime', runtime, '--out', zip])
    if (exitCode !== 0) throw new Error(stderr)
    await unzip(zip, join(work, name))
  }
  layers.provided = join(work, 'provided')
  layers.managed = join(work, 'managed')
}, 180_000)

afterAll(() => rmSync(work, { recursive: true, force: true }))

const handlers = {
  'hello.sql': "SELECT 'Hello World' body, 200 statusCode;\n",
  'hello.sh': `echo '{"body": "Hello World", "statusCode": 200}'\n`,
  'app.py': "def handler(event, context):\n    return {'body': 'Hello World', 'statusCode': 200}\n",
  'modern.mjs': "export const handler = async () => ({ body: 'Hello World', statusCode: 200 })\n",
}

/** What a process and all below it hold, what they share counted once. */
function memory(root: number): number {
  return Math.round(treeOf(root).reduce((sum, { pid }) => sum + memoryOf(pid).proportional, 0) / megabyte)
}

/** Handler, and the answer to `{}`, byte by byte. */
const hellos = [
  ['hello.sql', '{"body":"Hello World","statusCode":200}'],
  ['hello.sh', '{"body": "Hello World", "statusCode": 200}\n'],
  ['app.handler', '{"body": "Hello World", "statusCode": 200}'],
  ['modern.handler', '{"body":"Hello World","statusCode":200}'],
] as const

describe.skipIf(cannotEmulate)('a layer under the AWS Runtime Interface Emulator', () => {
  it.each(hellos)('for provided.al2023 answers %s, its bootstrap found at /opt', async (handler, answer) => {
    const lambda = await emulate({ layer: layers.provided, task: folder(handlers), handler })
    expect(await lambda.invoke({})).toEqual({ status: 200, text: answer })
    expect(await lambda.invoke({ again: true })).toEqual({ status: 200, text: answer })
  })

  it.each(hellos)('for nodejs24.x answers %s through AWS_LAMBDA_EXEC_WRAPPER', async (handler, answer) => {
    const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/anyhandler/wrapper' }
    const lambda = await emulate({
      layer: layers.managed,
      task: folder(handlers),
      handler,
      managedNode: true,
      variables,
    })
    expect(await lambda.invoke({})).toEqual({ status: 200, text: answer })
    expect(await lambda.invoke({ again: true })).toEqual({ status: 200, text: answer })
  })

  it('serves one function in four languages: examples/mixed', async () => {
    const task = fileURLToPath(new URL('../../../examples/mixed', import.meta.url))
    const lambda = await emulate({ layer: layers.provided, task, handler: 'routes' })
    const ask = async (method: string, target: string, body?: string) => {
      const headers: [string, string][] = [['content-type', 'application/json']]
      const request = { method, target, headers, time: 0, ...(body && { body: Buffer.from(body) }) }
      const { statusCode, body: answer } = JSON.parse((await lambda.invoke(makeEvent(request, 'http'))).text) as {
        statusCode: number
        body: string
      }
      return [statusCode, answer]
    }
    expect(await ask('POST', '/notes', '{"text":" buy milk "}')).toEqual([201, '{"id":1}'])
    expect(await ask('POST', '/notes', '{"text":1}')).toEqual([400, '{"error":"text must be a text"}'])
    expect(await ask('GET', '/notes')).toEqual([200, '[{"id":1,"text":"buy milk"}]'])
    expect(await ask('POST', '/words', 'to be or not to be')).toEqual([200, '2 to\n2 be\n1 or\n1 not\n'])
    const [status, sum] = await ask('GET', '/sums/md5?text=hello')
    expect([status, sum]).toEqual([200, '5d41402abc4b2a76b9719d911017c592  -\n'])
  })

  it('runs examples/shop: three languages in one function, behind four front doors, with three kinds of batches', async () => {
    const task = folder({})
    cpSync(fileURLToPath(new URL('../../../examples/shop', import.meta.url)), task, { recursive: true })
    const lambda = await emulate({ layer: layers.provided, task, handler: 'routes' })
    await walkThroughShop(lambda)
    const programs = treeOf(lambda.pid).map(({ pid }) => commandOf(pid).replaceAll('\0', ' '))
    for (const program of [/\bnode\b/, /^bash\b.*start\.bash/, /^\S*python\S* .*start\.py/])
      expect(programs).toContainEqual(expect.stringMatching(program))
    if (process.env['SHOP_MEMORY']) process.stderr.write(`shop ${memory(lambda.pid)} MB\n${programs.join('\n')}\n`)
  }, 180_000)

  it.each(['hello.sql', 'hello.sh'])('reads requests and answers them in their dialect: %s', async (handler) => {
    const task = folder({
      'hello.sql':
        "SELECT 201 statusCode, 'Hello ' || query('name') body, json_object('vary', json_array('a', 'b')) headers;\n",
      'hello.sh': `respond 201 'vary: a' 'vary: b'; printf %s "Hello $(query name)"\n`,
    })
    const lambda = await emulate({ layer: layers.provided, task, handler })
    const request = { method: 'GET', target: '/?name=World', headers: [], time: 0 }
    const { text } = await lambda.invoke(makeEvent(request, 'rest'))
    expect(JSON.parse(text)).toEqual({
      statusCode: 201,
      multiValueHeaders: { vary: ['a', 'b'], 'content-type': ['text/plain; charset=utf-8'] },
      body: 'Hello World',
      isBase64Encoded: false,
    })
  })

  it('serves as another user than root, and writes to /tmp only', async () => {
    const task = folder({
      'where.sh':
        'touch /opt/x /var/task/x /usr/x 2>/dev/null; touch /tmp/x && echo "$(id -u) $(ls /opt/x /var/task/x /usr/x 2>/dev/null)"\n',
    })
    const lambda = await emulate({ layer: layers.provided, task, handler: 'where' })
    expect(await lambda.invoke({})).toEqual({ status: 200, text: '993 \n' })
  })

  it('keeps the flags that fit the function, unsets its variable, and hands on to a further wrapper once', async () => {
    const further = '#!/bin/sh\necho "$*" >>/tmp/arguments\nexec "$@"\n'
    const task = folder({
      'show.sh': 'cat /tmp/arguments; echo "${AWS_LAMBDA_EXEC_WRAPPER-unset}"\n',
      'further*': further,
    })
    const variables = {
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/anyhandler/wrapper',
      ANYHANDLER_EXEC_WRAPPER: '/var/task/further',
    }
    const lambda = await emulate({ layer: layers.managed, task, handler: 'show', managedNode: true, variables })
    const { text } = await lambda.invoke({})
    const [command, ...rest] = text.split('\n')
    expect(command).toMatch(
      /^\/var\/lang\/bin\/node --expose-gc --max-http-header-size 81920 .*--max-old-space-size=115 .*\/opt\/anyhandler\/host\.cjs$/,
    )
    expect(command).not.toContain('index.mjs')
    expect(rest).toEqual(['unset', ''])
  })
})

describe('the layer for provided.al2023', () => {
  it('holds the bootstrap, Node, the host with what was compiled ahead, the drivers and the native module, and no other file', async () => {
    const names = (await readZip(join(work, 'provided.zip'))).map(({ name }) => name)
    const expected = [
      /^bootstrap$/,
      /^anyhandler\/node$/,
      /^anyhandler\/(?:[\w-]+\/)*[\w-]+\.cjs(?:\.cache)?$/,
      /^anyhandler\/better-sqlite3\.node$/,
      /^anyhandler\/(?:bash|python|javascript)\/driver\//,
      /^anyhandler\/(?:LICENSE|NOTICE|sbom\.cdx\.json|version\.json)$/,
    ]
    expect(names.filter((name) => !expected.some((pattern) => pattern.test(name)))).toEqual([])
    expect(names.filter((name) => name.includes('__pycache__'))).toEqual([])
  })

  it('has for each file of the host that is usually loaded a code cache, which its Node accepts under the bootstrap’s flags', async () => {
    const host = join(layers.provided, 'anyhandler')
    const bootstrap = readFileSync(join(layers.provided, 'bootstrap'), 'utf8')
    const flags = / (?<flags>--[^"]+) --require /.exec(bootstrap)?.groups?.['flags']?.split(' ') ?? []
    expect(flags.length).toBeGreaterThan(0)
    const scripts = (await readZip(join(work, 'provided.zip'))).flatMap(({ name }) =>
      /\/(?!undici|code-cache)[\w-]+\.cjs$/.test(name) && !name.includes('/driver/')
        ? [join(layers.provided, name)]
        : [],
    )
    const check = `
      const { readFileSync } = require('node:fs')
      const { Script } = require('node:vm')
      const wrap = (file) => '${wrapper[0]}' + readFileSync(file, 'utf8') + '${wrapper[1]}'
      const rejected = (file) => new Script(wrap(file), { filename: file, cachedData: readFileSync(file + '.cache') }).cachedDataRejected
      console.log(JSON.stringify(process.argv.slice(1).filter((file) => rejected(file) !== false)))`
    expect(scripts.length).toBeGreaterThan(8)
    expect(
      JSON.parse(execFileSync(join(host, 'node'), [...flags, '-e', check, ...scripts], { encoding: 'utf8' })),
    ).toEqual([])
  })

  it('leaves out an expression that nothing uses: with Unicode’s tables it would take time and 2 MB of each start', () => {
    const checker = readFileSync(join(layers.provided, 'anyhandler/config-schema.cjs'), 'utf8')
    expect(checker).not.toContain('p{Emoji')
  })

  it('keeps no code cache in memory once V8 has read it', () => {
    const host = join(layers.provided, 'anyhandler')
    const script = join(host, 'sql/dist/worker.cjs')
    const held = `
      const before = process.memoryUsage().arrayBuffers
      require(process.argv[1])
      console.log(process.memoryUsage().arrayBuffers - before)`
    const loader = ['--require', join(host, 'code-cache.cjs')]
    const bytes = Number(execFileSync(join(host, 'node'), [...loader, '-e', held, script], { encoding: 'utf8' }))
    expect(bytes).toBeLessThan(statSync(`${script}.cache`).size / 2)
  })

  it('starts without a code cache, and with one that does not fit', async () => {
    const host = join(work, 'odd')
    cpSync(join(layers.provided, 'anyhandler'), host, { recursive: true })
    rmSync(join(host, 'host.cjs.cache'))
    for (const name of readdirSync(host)) if (name.endsWith('.cache')) writeFileSync(join(host, name), 'no cache')
    await using api = await RuntimeApiServer.start()
    const env = {
      PATH: process.env['PATH'],
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: 'hello.sql',
      LAMBDA_TASK_ROOT: folder(handlers),
    }
    const started = spawn(join(host, 'node'), ['--require', join(host, 'code-cache.cjs'), join(host, 'host.cjs')], {
      env,
      stdio: 'ignore',
    })
    expect((await api.invoke({})).json()).toEqual({ body: 'Hello World', statusCode: 200 })
    started.kill()
    await once(started, 'exit')
  })

  it('imports what a function brings, and says nothing of its own in the log', async () => {
    const task = folder({
      'anyhandler.config.json': '{"plugins":{"sql":{"options":{"functions":"./functions.mjs"}}}}',
      'functions.mjs': 'export default (db) => { db.function("twice", (value) => `${value}${value}`) }\n',
      'hello.sql': "SELECT twice('ha') laugh;\n",
    })
    await using api = await RuntimeApiServer.start()
    const env = {
      PATH: process.env['PATH'],
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: 'hello.sql',
      LAMBDA_TASK_ROOT: task,
    }
    const started = spawn(join(layers.provided, 'bootstrap'), { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = Promise.all([text(started.stdout), text(started.stderr)])
    expect((await api.invoke({})).json()).toEqual({ laugh: 'haha' })
    started.kill()
    expect(await said).toEqual(['', ''])
  })

  it('has the execute bit on what is executed, and no time of its own', async () => {
    const entries = await readZip(join(work, 'provided.zip'))
    const executable = entries.filter(({ mode }) => mode & 0o111).map(({ name }) => name)
    expect(executable).toEqual(expect.arrayContaining(['bootstrap', 'anyhandler/node']))
    expect(entries.map(({ mode }) => mode & 0o777).filter((mode) => mode !== 0o755 && mode !== 0o644)).toEqual([])
    expect(new Set(entries.map(({ time }) => time))).toEqual(new Set([(1 << 21) | (1 << 16)]))
    expect(entries.filter(({ extraLength }) => extraLength > 0)).toEqual([])
  })

  it('needs at most 50 MB zipped, the one for nodejs24.x 3 MB', () => {
    expect(statSync(join(work, 'provided.zip')).size).toBeLessThanOrEqual(50 * megabyte)
    expect(statSync(join(work, 'managed.zip')).size).toBeLessThanOrEqual(3 * megabyte)
  })

  it('has no file that needs more than Amazon Linux 2023 has: GLIBC_2.34 and GLIBCXX_3.4.29', async () => {
    const programs: string[] = []
    for (const entry of await readZip(join(work, 'provided.zip'))) {
      if ((await entry.read()).toString('latin1', 0, 4) === '\u007fELF') programs.push(entry.name)
    }
    expect(programs).toEqual(['anyhandler/better-sqlite3.node', 'anyhandler/node'])
    for (const name of programs) {
      const symbols = execFileSync('readelf', ['--version-info', '--wide', join(layers.provided, name)], {
        encoding: 'utf8',
        maxBuffer: 64 * megabyte,
      })
      expect({ name, glibcIsEnough: highest(symbols, 'GLIBC') <= 2_034_000 }).toEqual({ name, glibcIsEnough: true })
      expect({ name, libstdcIsEnough: highest(symbols, 'GLIBCXX') <= 3_004_029 }).toEqual({
        name,
        libstdcIsEnough: true,
      })
    }
  })

  it('is the same, byte by byte, when it is built again elsewhere at another time', async () => {
    for (const [name, runtime] of Object.entries({ provided: 'provided.al2023', managed: 'nodejs24.x' })) {
      const again = join(work, `${name}-again.zip`)
      await anyhandler(['build', 'layer', '--runtime', runtime, '--out', again], {
        cwd: work,
        env: { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8' },
      })
      expect(readFileSync(again).equals(readFileSync(join(work, `${name}.zip`)))).toBe(true)
    }
  }, 180_000)
})

describe("the layer for AWS's managed Node", () => {
  it('holds no Node, and no bootstrap', async () => {
    const names = (await readZip(join(work, 'managed.zip'))).map(({ name }) => name)
    expect(names).toContain('anyhandler/wrapper')
    expect(names.filter((name) => name === 'bootstrap' || name === 'anyhandler/node')).toEqual([])
  })
})

describe('a layer for the other architecture', () => {
  const other = process.arch === 'arm64' ? 'x64' : 'arm64'

  it("holds that architecture's native module", async () => {
    const zip = join(folder({}), 'other.zip')
    expect(
      (await anyhandler(['build', 'layer', '--runtime', 'nodejs22.x', '--arch', other, '--out', zip])).exitCode,
    ).toBe(0)
    const module = (await readZip(zip)).find(({ name }) => name === 'anyhandler/better-sqlite3.node')
    expect((await module?.read())?.readUInt16LE(18)).toBe(other === 'arm64' ? 183 : 62)
  })

  it('says in one sentence that its Node can not be had offline', async () => {
    const cache = folder({})
    const env = { XDG_CACHE_HOME: cache, npm_config_cache: cache, npm_config_offline: 'true' }
    const { stdout, stderr, exitCode } = await anyhandler(
      ['build', 'layer', '--arch', other, '--out', join(cache, 'x.zip')],
      { env },
    )
    expect(stderr).toMatch(
      /^anyhandler: Node 24\.\d+\.\d+ for \w+ is neither installed nor in \S+\/anyhandler, and npm could not fetch node-linux-\w+@[\d.]+ \(.+\); run this on a machine that can reach the npm registry.*\n$/,
    )
    expect([stdout, exitCode]).toEqual(['', 1])
  })

  it('takes Node from the cache, and refuses one that was changed', async () => {
    const place = `anyhandler/node-linux-${other}@${nodeReleases[other].version}`
    const cache = folder({ [`${place}/bin/node`]: 'changed', [`${place}/LICENSE`]: '' })
    const { stderr, exitCode } = await anyhandler(['build', 'layer', '--arch', other, '--out', join(cache, 'x.zip')], {
      env: { XDG_CACHE_HOME: cache },
    })
    expect(stderr).toMatch(
      /bin\/node is not the Node 24\.\d+\.\d+ that it should be \(SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}\); remove it, so that it is fetched again\n$/,
    )
    expect(exitCode).toBe(1)
  })

  it('is of the release that the workspace itself runs on', () => {
    const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as {
      packages: Record<string, { version: string }>
    }
    for (const { name, version } of Object.values(nodeReleases))
      expect(lock.packages[`node_modules/${name}`]?.version).toBe(version)
  })
})

/** `GLIBC_2.34` → 2034000: the highest version of a name that is asked for. */
function highest(symbols: string, name: string): number {
  const versions = [...symbols.matchAll(new RegExp(`\\b${name}_(?<numbers>[0-9.]+)`, 'g'))].map(
    (match) => match.groups?.['numbers']?.split('.').map(Number) ?? [],
  )
  return Math.max(0, ...versions.map(([major = 0, minor = 0, patch = 0]) => (major * 1_000 + minor) * 1_000 + patch))
}
