import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it, onTestFinished } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { perlFolder } from './perl.ts'
import { isAlive } from '../../support/processes.ts'
import { processesOf, startRuntime } from '../../support/runtime-process.ts'
import { pluginFolder } from './script-plugin.ts'
import { serve, until, wires } from '../../support/served.ts'
import { taskFolder } from '../../support/task-folder.ts'

async function startApi(): Promise<RuntimeApiServer> {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  return api
}

const busy = {
  'an idle runtime': 'return "ok"',
  'a handler that is at work': 'if ($event eq "work") { print "at work\\n"; sleep 1000 } return "ok"',
  'a handler that ignores signals, with children of its own': `if ($event eq "work") {
  $SIG{TERM} = 'IGNORE'; system("trap '' TERM; setsid sleep 1000 & sleep 1001 &"); print "at work\\n"; sleep 1000;
}
return "ok"`,
}

it.each(Object.entries(busy))(
  '69: SIGTERM to %s ends every child and flushes the log; the process exits with 0 within 300 ms',
  async (what, handler) => {
    const times: number[] = []
    // The promise is about the host, not about what else the machine does: the best counts.
    do {
      const api = await startApi()
      const runtime = startRuntime({ address: api.address, root: perlFolder({ hello: handler }), handler: 'hello' })
      await api.invoke('{}')
      if (what !== 'an idle runtime') {
        void api.send('work')
        await until(() => runtime.stdout.includes('\tat work\n'))
      }
      const children = processesOf(runtime.pid)
      expect(children.length).toBeGreaterThan(0)
      const sent = performance.now()
      runtime.kill('SIGTERM')
      expect(await runtime.ended).toEqual({ code: 0, signal: null })
      times.push(performance.now() - sent)
      await until(() => !children.some(isAlive))
      expect(readdirSync(tmpdir()).filter((name) => new RegExp(`^anyhandler-\\d+-${runtime.pid}-`).test(name))).toEqual(
        [],
      )
    } while (times.length < 3 || (Math.min(...times) >= 300 && times.length < 10))
    expect(Math.min(...times)).toBeLessThan(300)
  },
)

it('69: SIGTERM during the init phase ends the process, too', async () => {
  const api = await startApi()
  const runtime = startRuntime({
    address: api.address,
    root: pluginFolder('invoke() {}', {
      'plugin.mjs': `export default () => ({ name: 'script', extensions: ['.script'], invoke() {}, cleanup() {}, setup(env) { env.log('setting up'); return new Promise(() => {}) } })`,
    }),
    handler: 'hello',
  })
  await until(() => runtime.stdout.includes('setting up'))
  runtime.kill('SIGTERM')
  expect(await runtime.ended).toEqual({ code: 0, signal: null })
  expect(api.requests).toEqual([])
})

it('69: SIGTERM while a module is imported leaves no folder and no process', async () => {
  const api = await startApi()
  const tmp = taskFolder()
  const root = taskFolder({
    'app.py':
      'import time, subprocess\nsubprocess.Popen(["sleep", "1000"])\nprint("importing", flush=True)\ntime.sleep(1000)\n',
  })
  const runtime = startRuntime({ address: api.address, root, handler: 'app.handler', env: { TMPDIR: tmp } })
  await until(() => runtime.stdout.includes('importing'))
  const children = processesOf(runtime.pid)
  expect(children.length).toBeGreaterThan(1)
  runtime.kill('SIGTERM')
  expect(await runtime.ended).toEqual({ code: 0, signal: null })
  await until(() => !children.some(isAlive))
  expect(readdirSync(tmp)).toEqual([])
})

it('69: a cleanup that hangs does not keep the process, or its folder', async () => {
  const api = await startApi()
  const tmp = taskFolder()
  const runtime = startRuntime({
    address: api.address,
    env: { TMPDIR: tmp },
    root: pluginFolder(`invoke() { return 'ok' }, cleanup() { return new Promise(() => {}) }`),
    handler: 'hello',
  })
  await api.invoke('{}')
  runtime.kill('SIGTERM')
  expect(await runtime.ended).toEqual({ code: 0, signal: null })
  expect(readdirSync(tmp)).toEqual([])
})

it('69: an event that is under way at SIGTERM is answered with an error', async () => {
  let called = false
  const { api, host } = await serve(() => {
    called = true
    return new Promise(() => {})
  })
  const sent = api.send('{}')
  await until(() => called)
  const closed = host.close()
  expect(await sent.outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.ShuttingDown', posts: 1 })
  await closed
})

it.each(wires)(
  '70: with ANYHANDLER_EXTENSION it registers before the first /next, and its own /event/next stays open on another connection (%s)',
  async (wire) => {
    const { api, host } = await serve(() => 'ok', { wire, env: { ANYHANDLER_EXTENSION: '1' } })
    for (let index = 0; index < 3; index++) expect((await api.invoke('{}')).text()).toBe('ok')
    const endpoints = api.requests.map((request) => request.endpoint)
    expect(endpoints[0]).toBe('extension/register')
    expect(endpoints.slice(1, 3).toSorted()).toEqual(['extension/event/next', 'next'])
    expect(endpoints.filter((endpoint) => endpoint?.startsWith('extension'))).toHaveLength(2)
    expect(api.extensions).toMatchObject([{ name: 'anyhandler', events: [], ready: true }])
    const register = api.requests[0]
    expect([register?.method, register?.path, register?.headers['lambda-extension-name']]).toEqual([
      'POST',
      '/2020-01-01/extension/register',
      'anyhandler',
    ])
    expect(api.requests.find((request) => request.endpoint === 'extension/event/next')?.status).toBeUndefined()
    await host.close()
  },
)

it.each([undefined, '', '0', 'false'])('70: with ANYHANDLER_EXTENSION=%s it does not register', async (value) => {
  const { api } = await serve(() => 'ok', { env: { ANYHANDLER_EXTENSION: value } })
  expect((await api.invoke('{}')).text()).toBe('ok')
  expect(api.requests.some((request) => request.endpoint?.startsWith('extension'))).toBe(false)
})

it('70: a registration that is refused is an init error that says how to do without', async () => {
  let setup: (() => void) | undefined
  const { api, end } = await serve(() => 'ok', {
    env: { ANYHANDLER_EXTENSION: 'true' },
    plugin: { setup: () => new Promise((resolve) => (setup = resolve)) },
  })
  api.script('extension/register', { status: 403 })
  await until(() => setup !== undefined)
  setup?.()
  expect(await end).toMatchObject({ reason: 'failed', exitCode: 1 })
  expect(api.initError?.errorType).toBe('Runtime.ExtensionError')
  expect(String(api.initError?.body)).toContain('unset ANYHANDLER_EXTENSION')
})
