import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withStableNames } from '../../../cli/src/artifacts/chunk-names.ts'
import { toCommonJs } from '../../../cli/src/artifacts/common-js.ts'
import { mergeChunks } from '../../../cli/src/artifacts/merged-chunks.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { commandOf } from '../../support/processes.ts'
import { unzip } from '../../support/zip.ts'

function write(root: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

describe('a bundle', () => {
  it('has chunk names that depend on the contents only', () => {
    const bundle = (one: string, two: string) => [
      { path: `chunk-${two}.cjs`, text: 'exports.two=2' },
      { path: 'host.cjs', text: `require("./chunk-${one}.cjs");require("./undici-${two}.cjs")` },
      { path: `undici-${two}.cjs`, text: '' },
      { path: `chunk-${one}.cjs`, text: `require("./chunk-${two}.cjs")` },
    ]
    const stable = withStableNames(bundle('ABCDEFGH', 'ZYXWVUTS'))
    expect(stable).toEqual([
      { path: 'chunk-2.cjs', text: 'exports.two=2' },
      { path: 'host.cjs', text: 'require("./chunk.cjs");require("./undici.cjs")' },
      { path: 'undici.cjs', text: '' },
      { path: 'chunk.cjs', text: 'require("./chunk-2.cjs")' },
    ])
    expect(withStableNames(bundle('7Q7Q7Q7Q', '0A0A0A0A'))).toEqual(stable)
  })

  it('runs as CommonJS, and knows its folder from every file', async () => {
    const root = folder({})
    const sources = [
      {
        path: 'host.cjs',
        text: 'import { where } from "./deep/er/chunk.cjs"; console.log(where, import.meta.url); import("./late.cjs").then(({ default: late }) => console.log(late, this))',
      },
      { path: 'deep/er/chunk.cjs', text: 'export const where = new URL("sql/x", import.meta.url).pathname' },
      { path: 'late.cjs', text: 'export default "late"' },
    ]
    write(
      root,
      await Promise.all(
        sources.map(async ({ path, text }) => ({ path, text: await toCommonJs(path, text, 'node22.19') })),
      ),
    )
    expect((await execa(process.execPath, [join(root, 'host.cjs')])).stdout).toBe(
      `${root}/sql/x file://${root}/\nlate undefined`,
    )
  })

  it('has what it needs at its start in one file, which the others share', async () => {
    const root = folder({})
    const merged = mergeChunks(
      [
        {
          path: 'host.cjs',
          text: 'const {state}=require("./chunk.cjs");state.made++;Promise.resolve().then(()=>require("./plugin.cjs"));Promise.resolve().then(()=>require("./usual.cjs"))',
        },
        { path: 'chunk.cjs', text: 'require("./chunk-2.cjs");exports.state={made:0}' },
        { path: 'chunk-2.cjs', text: 'console.log("first")' },
        {
          path: 'plugin.cjs',
          text: 'console.log("plugin",require("./chunk.cjs").state.made,require("./chunk-3.cjs").three)',
        },
        { path: 'chunk-3.cjs', text: 'exports.three=3' },
        { path: 'usual.cjs', text: 'console.log("usual",require("./chunk.cjs").state.made)' },
      ],
      'host.cjs',
      ['usual.cjs', 'absent.cjs'],
    )
    expect(merged.map(({ path }) => path)).toEqual(['host.cjs', 'plugin.cjs', 'chunk-3.cjs'])
    write(root, merged)
    expect((await execa(process.execPath, [join(root, 'host.cjs')])).stdout).toBe('first\nplugin 1 3\nusual 1')
  })
})

describe('a bundle that another bundler has written', () => {
  it('is refused where it mentions a chunk in another way', () => {
    const files = [
      { path: 'host.cjs', text: 'const{state}=require("./chunk.cjs");require(`./chunk.cjs`)' },
      { path: 'chunk.cjs', text: '' },
    ]
    expect(() => mergeChunks(files, 'host.cjs')).toThrow(
      "the bundle's host.cjs holds `./chunk.cjs`, which the build doesn't know how to change; install the version of esbuild that anyhandler names",
    )
  })

  it('is refused where it imports a file in another way', async () => {
    await expect(toCommonJs('host.cjs', "import('./late.cjs')", 'node22.19')).rejects.toThrow(
      "the bundle's host.cjs holds import('./late.cjs'), which",
    )
  })

  it('is refused where nothing mentions a chunk', () => {
    expect(() => withStableNames([{ path: 'chunk-ABCDEFGH.cjs', text: '' }])).toThrow(
      "the bundle's chunk-ABCDEFGH.cjs holds chunk-ABCDEFGH.cjs, which",
    )
  })
})

describe('the host in a layer', () => {
  let layer: string
  beforeAll(async () => {
    layer = mkdtempSync(join(tmpdir(), 'anyhandler-bundle-'))
    const zip = join(layer, 'layer.zip')
    const { exitCode, stderr } = await anyhandler(['build', 'layer', '--runtime', 'nodejs24.x', '--out', zip])
    if (exitCode !== 0) throw new Error(stderr)
    await unzip(zip, layer)
  }, 180_000)
  afterAll(() => rmSync(layer, { recursive: true, force: true }))

  /** What `list.cjs`, loaded before the host, writes into the file `LIST` until the end of a host with one event. */
  async function listed(files: Readonly<Record<string, string>>, list: string, variables = {}): Promise<string[]> {
    const task = folder({ ...files, 'list.cjs': list, listed: '' })
    await using api = await RuntimeApiServer.start()
    const env = {
      PATH: process.env['PATH'],
      LIST: join(task, 'listed'),
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: 'hello',
      LAMBDA_TASK_ROOT: task,
      ...variables,
    }
    const host = spawn(process.execPath, ['--require', join(task, 'list.cjs'), join(layer, 'anyhandler/host.cjs')], {
      env,
      stdio: 'ignore',
    })
    expect((await api.invoke({})).failed).toBe(false)
    host.kill('SIGTERM')
    await once(host, 'exit')
    return readFileSync(env.LIST, 'utf8').split('\n')
  }

  /** Files of the layer that a handler's host loads until the first answer, without threads and drivers. */
  async function loadedBy(files: Readonly<Record<string, string>>): Promise<string[]> {
    const list =
      'process.once("SIGTERM", () => require("node:fs").writeFileSync(process.env.LIST, Object.keys(require.cache).join("\\n")))'
    const loaded = await listed(files, list)
    return loaded.filter((file) => file.startsWith(layer)).map((file) => readFileSync(file, 'utf8'))
  }

  it('loads nothing of SQL, threads, configuration, routes or undici for a shell handler', async () => {
    const loaded = (await loadedBy({ 'hello.sh': 'echo hi\n' })).join('\n')
    expect(loaded).toContain('start.bash')
    expect(loaded).not.toMatch(
      /start\.py|tinypool|better-sqlite3|js-yaml|valibot|class Undici|strictObject|concurrentTasksPerWorker|Function\.NoRoute/,
    )
  })

  it('loads nothing of child processes for a SQL handler', async () => {
    const loaded = (await loadedBy({ 'hello.sql': 'SELECT 1 one;\n' })).join('\n')
    expect(loaded).toContain('concurrentTasksPerWorker')
    expect(loaded).not.toMatch(/start\.bash|start\.py|ANYHANDLER_MARK|strictObject/)
  })

  /** The threads that a handler's host starts until its first answer: for each, the files that were loaded by then. */
  async function threadsOf(files: Readonly<Record<string, string>>, variables = {}): Promise<string[]> {
    const list = `const threads = require('node:worker_threads')
const { appendFileSync } = require('node:fs')
if (threads.isMainThread) threads.Worker = class extends threads.Worker {
  constructor(...args) {
    super(...args)
    appendFileSync(process.env.LIST, Object.keys(require.cache).join(' ') + '\\n')
  }
}`
    return (await listed(files, list, variables)).slice(0, -1)
  }

  it("starts a SQL handler's only thread before its own code is loaded", async () => {
    for (const variables of [{}, { _HANDLER: 'hello.sql' }, { _HANDLER: 'sql:hello' }]) {
      const threads = await threadsOf({ 'hello.sql': 'SELECT 1 one;\n' }, variables)
      expect(threads).toEqual([expect.not.stringContaining('runtime.cjs')])
    }
  })

  it('starts no thread for another language, and the threads of several events when they are needed', async () => {
    expect(await threadsOf({ 'hello.sh': 'echo hi\n' })).toEqual([])
    const both = { 'hello.sh': 'echo hi\n', 'hello.sql': 'SELECT 1;\n' }
    expect(await threadsOf(both, { _HANDLER: 'bash:hello' })).toEqual([])
    const several = await threadsOf({ 'hello.sql': 'SELECT 1;\n' }, { AWS_LAMBDA_MAX_CONCURRENCY: '2' })
    expect(several).toEqual([expect.stringContaining('runtime.cjs'), expect.stringContaining('runtime.cjs')])
  })

  it('answers in the language of the configuration, whatever thread was started ahead', async () => {
    const files = { 'hello.sql': 'SELECT 1;\n', 'real.sh': 'echo hi\n' }
    const config = { 'anyhandler.config.json': '{"handlers":{"hello":"real.sh"}}' }
    expect(await threadsOf({ ...files, ...config })).toHaveLength(1)
  })

  it('reads a configuration of each kind', async () => {
    for (const [name, text] of [
      ['yaml', 'handlers: { hello: real.sql }\n'],
      ['json', '{"handlers":{"hello":"real.sql"}}'],
      ['mjs', 'export default { handlers: { hello: "real.sql" } }'],
      ['cjs', 'module.exports = { handlers: { hello: "real.sql" } }'],
      ['ts', 'export default { handlers: { hello: "real.sql" as string } }'],
    ]) {
      expect(await loadedBy({ 'real.sql': 'SELECT 1;\n', [`anyhandler.config.${name}`]: text ?? '' })).not.toEqual([])
    }
  })

  it('replaces itself in place when a query never ends, and goes on', async () => {
    const task = folder({
      'app.sql':
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE event('endless')) SELECT count(*) AS counted FROM n;\n",
    })
    await using api = await RuntimeApiServer.start()
    const env = {
      PATH: process.env['PATH'],
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: 'app.sql',
      LAMBDA_TASK_ROOT: task,
    }
    const host = spawn(process.execPath, ['--max-semi-space-size=4', join(layer, 'anyhandler/host.cjs')], {
      env,
      stdio: 'ignore',
    })
    expect((await api.invoke({ endless: 0 })).json()).toEqual({ counted: 1 })
    expect((await api.invoke({ endless: 1 }, { timeout: 500 })).errorType).toBe('Function.Timeout')
    expect((await api.invoke({ endless: 0 })).json()).toEqual({ counted: 1 })
    expect(host.exitCode).toBeNull()
    expect(commandOf(host.pid ?? 0).split('\0')).toContain('--max-semi-space-size=4')
    host.kill('SIGTERM')
    await once(host, 'exit')
  })

  it('talks through undici when it is told to', async () => {
    const loaded = await loadedBy({
      'hello.sql': 'SELECT 1;\n',
      'anyhandler.config.json': '{"transport":"undici"}',
    })
    expect(loaded.some((text) => text.length > 400_000)).toBe(true)
  })
})
