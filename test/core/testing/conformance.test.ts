import { describe, expect, test } from 'vitest'
import { asJson, conformance, ConformanceError } from '@anyhandler/core/testing'
import type { CaseKey, ConformanceHandlers, ConformanceOptions } from '@anyhandler/core/testing'
import samplePlugin from './sample-plugin.ts'
import type { Defect, SampleOptions } from './sample-plugin.ts'

const taskRoot = new URL('./handlers/', import.meta.url)
const module = new URL('./sample-plugin.ts', import.meta.url)
const handlers: ConformanceHandlers = {
  echo: 'echo',
  fail: 'fail',
  hang: 'hang',
  exit: 'exit',
  kill: 'kill',
  background: 'background',
  fork: { handler: null, reason: 'it does not copy its process' },
  large: 'echo',
  bytes: 'bytes',
  debug: 'debug',
  descriptors: 'descriptors',
  context: 'context',
  stream: 'stream',
  concurrency: 'pausing',
  growth: 'echo',
  missing: 'echo.not_there',
  failedSetup: 'unloadable',
  cleanup: 'echo',
}

async function runCase(
  key: CaseKey,
  options: SampleOptions,
  more: Pick<ConformanceOptions<SampleOptions>, 'configFile' | 'module'> = {},
): Promise<void> {
  const tests = conformance(samplePlugin, handlers, { taskRoot, options, ...more })
  await tests.find((one) => one.key === key)?.run()
}

describe('a plugin that does everything right passes', () => {
  test.each(conformance(samplePlugin, handlers, { taskRoot }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  test('hang, also in a process of its own, with a thread that cannot be stopped', async () => {
    await expect(runCase('hang', { stuck: true }, { module })).resolves.toBeUndefined()
  })

  test.each(['echo', 'large', 'concurrency', 'growth'] as const)(
    '%s, also with another configuration file',
    async (key) => {
      const configFile = new URL('./undici.config.json', import.meta.url)
      await expect(runCase(key, {}, { configFile })).resolves.toBeUndefined()
    },
  )
})

describe('a plugin with a defect does not pass', () => {
  const failing: readonly (readonly [CaseKey, Defect, RegExp])[] = [
    ['echo', 'trims the event', /the answer differs from byte \d+ on/],
    ['fail', 'throws plain errors', /taken for a fault of the plugin/],
    ['fail', 'goes on failing', /the event was to be answered, but failed/],
    ['fail', 'succeeds anyway', /the event was to fail, but its outcome is 'response'/],
    ['hang', 'leaves the hanging process', /processes run, before it were \d+: .*sleep 1000/],
    ['kill', 'answers for a dead process', /the event was to fail/],
    ['background', 'leaves the background process', /the background process \d+ still runs/],
    ['background', 'mixes late output in', /the answer differs from byte/],
    ['large', 'loses a byte of large events', /the answer differs from byte 0 on \(6291455 bytes, expected 6291456\)/],
    ['bytes', 'decodes bytes as UTF-8', /the answer differs from byte 128 on/],
    ['debug', 'prints into the answer', /the answer differs from byte 0/],
    ['debug', 'logs without the request id', /the log has no record with 'debug output' and the request id 'debug-1'/],
    ['descriptors', 'gives sockets as stdio', /exit status/],
    ['concurrency', 'crosses answers', /the answer differs/],
    ['growth', 'leaks a descriptor', /the host has \d+ descriptors open after 200 events, \d+ before/],
    ['growth', 'leaks a process', /processes run after 200 events/],
    ['exit', 'answers for a dead process', /the event was to fail/],
    ['context', 'mixes up contexts', /context-2 was told "context-1" as its request id/],
    ['stream', 'holds parts back', /they are held back/],
    ['growth', 'leaks memory', /memory leaks: in 10 rounds/],
    ['growth', 'leaks a thread', /the host has \d+ threads after 200 events/],
    ['missing', 'ignores functions', /setup was to fail for the handler 'echo.not_there'/],
    ['failedSetup', 'leaves its helper after a failed setup', /left behind after cleanup: .*sleep 1000/],
    ['cleanup', 'leaves its helper', /left behind after cleanup/],
    ['cleanup', 'trips over the second cleanup', /there is nothing to clean up/],
    ['echo', 'leaves its helper', /left behind after the host was closed: .*sleep 1000/],
  ]
  test.each(failing)('%s: it %s', async (key, defect, message) => {
    await expect(runCase(key, { defect })).rejects.toThrow(message)
  })

  test('hang: it leaves a spinning thread', async () => {
    await expect(runCase('hang', { stuck: true, defect: 'leaves a spinning thread' }, { module })).rejects.toThrow(
      /a thread of the idle host still runs/,
    )
  })

  test('hang: a stuck thread without a process of its own is explained', async () => {
    await expect(runCase('hang', { stuck: true })).rejects.toThrow(/give the option `module`/)
  })

  test('failedSetup: a setup that succeeds is a wrong handler', async () => {
    const failedSetup = conformance(samplePlugin, { ...handlers, failedSetup: 'echo' }, { taskRoot }).find(
      ({ key }) => key === 'failedSetup',
    )
    await expect(failedSetup?.run()).rejects.toThrow(ConformanceError)
  })

  test.each(['not_there', 'handler'])(
    'missing: an error has to name the function, also one called %s',
    async (name) => {
      const run = (options: SampleOptions) =>
        conformance(samplePlugin, { ...handlers, missing: `echo.${name}` }, { taskRoot, options })
          .find(({ key }) => key === 'missing')
          ?.run()
      await expect(run({ defect: 'does not name the function' })).rejects.toThrow(`doesn't name '${name}'`)
      await expect(run({})).resolves.toBeUndefined()
    },
  )

  test('a host that cannot start says why', async () => {
    const [echo] = conformance(samplePlugin, { ...handlers, echo: 'unloadable' }, { taskRoot })
    await expect(echo?.run()).rejects.toThrow(
      /the host could not start: .*unloadable cannot be loaded.*Runtime\.UserCodeSyntaxError/,
    )
  })
})

describe('the handlers', () => {
  test('must name every case', () => {
    const { kill, bytes, ...rest } = handlers
    expect(() => conformance(samplePlugin, rest as ConformanceHandlers)).toThrow(/needs a handler for kill, bytes/)
    expect([kill, bytes]).toEqual(['kill', 'bytes'])
  })

  test('must name no case that there is not', () => {
    const more = { ...handlers, ehco: 'echo' }
    expect(() => conformance(samplePlugin, more)).toThrow(/has no case ehco/)
  })

  test.each([null, '', {}, { handler: null }, { handler: null, reason: '' }])(
    'must say a name or a reason: %j does neither',
    (value) => {
      expect(() => conformance(samplePlugin, { ...handlers, kill: value as never })).toThrow(
        /the conformance case kill has neither/,
      )
    },
  )

  test('may say that the language can not do it, which shows in the name', async () => {
    const tests = conformance(
      samplePlugin,
      { ...handlers, kill: { handler: null, reason: 'it starts no process' } },
      { taskRoot },
    )
    const kill = tests.find(({ key }) => key === 'kill')
    expect(kill).toMatchObject({
      name: expect.stringContaining("(this language can't: it starts no process)"),
      cannot: 'it starts no process',
    })
    await expect(kill?.run()).resolves.toBeUndefined()
  })

  test('may say how the answer is to be read', async () => {
    const read = (body: Buffer): unknown => (asJson(body) as { ignored: unknown }).ignored
    const [echo] = conformance(samplePlugin, { ...handlers, echo: { handler: 'echo', read } }, { taskRoot })
    await expect(echo?.run()).rejects.toThrow(/the answer is not the expected value/)
    const [same] = conformance(samplePlugin, { ...handlers, echo: { handler: 'echo', read: asJson } }, { taskRoot })
    await same?.run()
  })
})
