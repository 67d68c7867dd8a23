import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome, RuntimeApiOptions } from '@anyhandler/core/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { unzip } from '../../support/zip.ts'
import { anyhandler } from '../../support/command.ts'
import { taskFolder } from '../../support/task-folder.ts'
import { Emulator } from './emulator.ts'
import { processesOf, startRuntime } from '../../support/runtime-process.ts'
import { until, wires } from '../../support/served.ts'

/** `npm run soak:replacement` asks for 40 rounds, with each of these timeouts, in seconds. */
const rounds = Number(process.env.ROUNDS ?? 2)
const timeouts = process.env.ROUNDS === undefined ? [2] : [1, 2, 3, 5]

/**
 * There are some 50 ms from asking for the next event to the deadline: a machine that stands still for longer, as one
 * under test may, lets the platform win.
 */
const retry = process.env.ROUNDS === undefined ? 6 : 0

/** Endless when the event says so, in native code that nothing can interrupt. */
const query = {
  'q.sql': `with recursive c(x) as (select 1 union all select x + 1 from c where event('endless') or x < 3)
select count(*) n from c;\n`,
}

let work: string
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'anyhandler-replacement-'))
  const zip = join(work, 'layer.zip')
  const { stderr, exitCode } = await anyhandler(['build', 'layer', '--languages', 'sql', '--out', zip])
  if (exitCode !== 0) throw new Error(stderr)
  await unzip(zip, join(work, 'layer'))
}, 120_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe.each(['the sources', 'the layer'])('from %s', (from) => {
  it.each(timeouts)(
    'a query without end is answered, and the same process has the next event, without a reset by the platform at %i s',
    { timeout: rounds * 10_000 + 90_000, retry },
    async (timeout) => {
      const emulator = await Emulator.start({
        root: taskFolder(query),
        handler: 'q',
        timeout,
        ...(from === 'the layer' && { bootstrap: join(work, 'layer/bootstrap') }),
      })
      expect((await emulator.invoke('{}')).json()).toEqual({ n: 3 })
      const [runtime] = processesOf(emulator.pid)
      for (let round = 0; round < rounds; round++) {
        expect((await emulator.invoke('{"endless":1}')).json()).toMatchObject({ errorType: 'Function.Timeout' })
        expect((await emulator.invoke('{}')).json()).toEqual({ n: 3 })
      }
      expect(processesOf(emulator.pid)).toEqual([runtime])
      expect(emulator.log).not.toMatch(/Reset initiated|SIGKILL/)
      // The event, and the one in front of the loop; after the last answer one is waited for.
      expect(emulator.log.split('/runtime/invocation/next').length - 1).toBeLessThanOrEqual(2 * rounds + 2)
    },
  )
})

async function startQuery(options: RuntimeApiOptions, env: Readonly<Record<string, string>>, files = {}) {
  const api = await RuntimeApiServer.start(options)
  onTestFinished(() => api.close())
  const root = taskFolder({ ...query, ...files })
  return { api, runtime: startRuntime({ address: api.address, root, handler: 'q', env }) }
}

it.each(wires)(
  'the next event is asked for before the deadline, once, and answered by the same process (%s)',
  { retry },
  async (wire) => {
    const { api, runtime } = await startQuery({}, {}, { 'anyhandler.config.json': `{"transport":"${wire}"}` })
    for (let round = 0; round < 2; round++) {
      expect((await api.invoke('{}')).text()).toBe('{"n":3}')
      const begun = Date.now()
      expect(await api.invoke('{"endless":1}', { timeout: 1000 })).toMatchObject({ errorType: 'Function.Timeout' })
      await api.idle(1)
      expect(Date.now() - begun).toBeLessThan(1000)
    }
    expect((await api.invoke('{}')).text()).toBe('{"n":3}')
    await api.idle(1)
    const asked = api.requests.filter((request) => request.endpoint === 'next')
    expect([asked.length, api.peakWaiting]).toEqual([6, 1])
    expect(runtime.descriptors).toBeLessThan(40)
  },
)

it('an event that comes while the process is being replaced waits for it', async () => {
  const { api } = await startQuery({}, {})
  await api.invoke('{}')
  const endless = api.send('{"endless":1}', { timeout: 1000 })
  const next = api.send('{}', { timeout: 10_000 })
  expect(await endless.outcome).toMatchObject({ errorType: 'Function.Timeout' })
  expect((await next.outcome).text()).toBe('{"n":3}')
  expect([(await endless.outcome).posts, (await next.outcome).posts]).toEqual([1, 1])
})

it('the process that takes the place of another is no new environment: no registration, no snapshot, no init error', async () => {
  const { api, runtime } = await startQuery(
    { snapStart: true },
    { ANYHANDLER_EXTENSION: '1', AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' },
  )
  await api.waitForSnapshot()
  api.restore()
  for (const event of ['{}', '{"endless":1}', '{}', '{"endless":1}', '{}'])
    expect(await api.invoke(event, { timeout: event === '{}' ? 20_000 : 1000 })).toMatchObject({
      failed: event !== '{}',
    })
  const endpoints = api.requests.map((request) => request.endpoint)
  expect(
    endpoints.filter((endpoint) => endpoint !== 'next' && endpoint !== 'response' && endpoint !== 'error').toSorted(),
  ).toEqual(['extension/event/next', 'extension/register', 'restore/next'])
  runtime.kill('SIGTERM')
  expect(await runtime.ended).toEqual({ code: 0, signal: null })
})

it('as an internal extension it gets SIGTERM from the emulator after a replacement, too', { retry }, async () => {
  const emulator = await Emulator.start({
    root: taskFolder(query),
    handler: 'q',
    timeout: 2,
    env: { ANYHANDLER_EXTENSION: '1' },
  })
  for (let round = 0; round < 2; round++) {
    expect((await emulator.invoke('{"endless":1}')).json()).toMatchObject({ errorType: 'Function.Timeout' })
    expect((await emulator.invoke('{}')).json()).toEqual({ n: 3 })
  }
  emulator.stop()
  await emulator.ended
  expect(emulator.log).toContain('Shutdown the runtime.')
  expect(emulator.log).not.toMatch(/SIGKILL|Reset initiated: Timeout/)
})

it(
  'on Managed Instances no event is lost while the process is replaced, one coming each millisecond',
  { timeout: rounds * 10_000 + 90_000 },
  async () => {
    const concurrency = 4
    const { api, runtime } = await startQuery(
      { concurrency, managed: true },
      { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) },
    )
    await api.idle(concurrency)
    const outcomes: Promise<Outcome>[] = []
    let open = 0
    const send = async (): Promise<Outcome> => {
      open++
      const outcome = await api.invoke('{}', { timeout: 60_000 })
      open--
      return outcome
    }
    // More than can be answered at once would wait ever longer.
    const timer = setInterval(() => open < 20 && outcomes.push(send()), 1)
    onTestFinished(() => clearInterval(timer))
    for (let round = 0; round < rounds; round++) {
      const headers = { 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 1000) }
      const endless = await api.invoke('{"endless":1}', { timeout: 60_000, headers })
      expect(endless).toMatchObject({ errorType: 'Function.Timeout', posts: 1 })
      const { length } = outcomes
      await until(() => outcomes.length > length + 200)
    }
    clearInterval(timer)
    const wrong = (await Promise.all(outcomes)).filter((outcome) => outcome.text() !== '{"n":3}' || outcome.posts !== 1)
    expect(wrong).toEqual([])
    await api.idle(concurrency)
    expect([api.peakWaiting, runtime.stdout.includes('Function.Timeout')]).toEqual([concurrency, true])
  },
)
