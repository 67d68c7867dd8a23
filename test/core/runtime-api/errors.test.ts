import { isUtf8 } from 'node:buffer'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, HandlerError } from '@anyhandler/core'
import { maxPayload, RuntimeApiServer } from '@anyhandler/core/testing'
import { perlFolder } from './perl.ts'
import { isAlive } from '../../support/processes.ts'
import { processesOf, startRuntime } from '../../support/runtime-process.ts'
import { pluginFolder } from './script-plugin.ts'
import { serve, until, wires } from '../../support/served.ts'
import { taskFolder } from '../../support/task-folder.ts'

async function runPerl(handlers: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const root = perlFolder(handlers)
  const start = () => startRuntime({ address: api.address, root, handler: 'hello', env })
  return { api, start, runtime: start() }
}

describe.each(wires)('errors (%s)', (wire) => {
  it('28: a handler’s error is posted with its type, and the same process asks for the next event', async () => {
    const { api, records } = await serve(
      ({ event }) => {
        if (event.length > 2)
          throw new HandlerError({ errorType: 'ValueError', message: 'too long', stackTrace: ['at hello.test:3'] })
        return 'ok'
      },
      { wire },
    )
    const failed = await api.invoke('"long"')
    expect(failed).toMatchObject({
      kind: 'error',
      status: 202,
      errorType: 'ValueError',
      contentType: 'application/json',
      posts: 1,
    })
    expect(failed.json()).toEqual({
      errorMessage: 'too long',
      errorType: 'ValueError',
      stackTrace: ['at hello.test:3'],
    })
    expect(records.join('')).toMatch(
      new RegExp(`\t${failed.id}\tERROR\thello failed: ValueError: too long\rat hello.test:3\n`),
    )
    expect((await api.invoke('{}')).text()).toBe('ok')
  })

  it('28: a finished error body goes out as the language made it, and is logged once by whom it says', async () => {
    const body = Buffer.from('{"errorMessage":"m","errorType":"E","requestId":"r","stackTrace":[]}')
    const { api, records } = await serve(
      () => {
        throw new HandlerError({ errorType: 'E', message: 'm', body, logged: true, xrayCause: '{"exceptions":[]}' })
      },
      { wire },
    )
    const failed = await api.invoke('{}')
    expect([failed.body.toString(), failed.xrayCause]).toEqual([body.toString(), '{"exceptions":[]}'])
    expect(records).toEqual([])
  })

  it('31: the X-Ray cause is JSON that a header can carry, of 64 KiB at most', async () => {
    const messages = [
      'plain',
      'two\nlines\r\u007f\u0000',
      'Zoë 🦊'.repeat(10),
      '🦊'.repeat(500_000),
      '"\\'.repeat(100_000),
    ]
    const { api } = await serve(
      ({ event }) => {
        const message = messages[Number(Buffer.from(event).toString())] ?? ''
        throw new HandlerError({
          errorType: `Class${message}`,
          message,
          stackTrace: Array.from({ length: 3000 }, (_, line) => `File "app🦊.py", line ${line}, in handler`),
        })
      },
      { wire },
    )
    for (const index of messages.keys()) {
      const { xrayCause = '' } = await api.invoke(String(index))
      expect(xrayCause).toMatch(/^[\u0020-\u007e]+$/)
      expect(xrayCause.length).toBeLessThanOrEqual(64 * 1024)
      const cause = JSON.parse(xrayCause) as { exceptions: { message: string }[] }
      expect(cause).toMatchObject({
        working_directory: process.cwd(),
        exceptions: [{ type: expect.stringContaining('Class') }],
        paths: [],
      })
      expect(messages[index]?.startsWith(cause.exceptions[0]?.message ?? '?')).toBe(true)
    }
  })

  it('31: a cause that no header can carry is replaced by one of the host’s own', async () => {
    const { api } = await serve(
      () => {
        throw new HandlerError({ errorType: 'E', message: 'm', xrayCause: '{"bad":"\n"}', stackTrace: ['at app.sh:3'] })
      },
      { wire },
    )
    expect(JSON.parse((await api.invoke('{}')).xrayCause ?? '')).toMatchObject({
      exceptions: [{ type: 'E', message: 'm', stack: [{ path: 'app.sh', line: 3, label: 'at app.sh:3' }] }],
    })
  })

  it('32: messages and types of several lines, in any script, break neither headers nor body', async () => {
    const message = 'first\r\nX-Injected: yes\n\u2028Zoë 🦊\u0000\ud800'
    const { api } = await serve(
      () => {
        throw new HandlerError({ errorType: `Ошибка\r\nX-Injected: yes`, message })
      },
      { wire },
    )
    const failed = await api.invoke('{}')
    expect(failed.headers).not.toHaveProperty('x-injected')
    expect(failed.errorType).toMatch(/^[\u0020-\u007e]+$/)
    expect(failed.json()).toEqual({ errorMessage: message, errorType: 'Ошибка\r\nX-Injected: yes', stackTrace: [] })
  })

  it('32: a message of megabytes is cut to what every platform takes', async () => {
    const { api } = await serve(
      () => {
        throw new HandlerError({ errorType: 'E', message: '\u0001'.repeat(3_000_000) })
      },
      { wire, api: { managed: true } },
    )
    const failed = await api.invoke('{}')
    expect(failed.status).toBe(202)
    expect(failed.json()).toMatchObject({ errorType: 'E', errorMessage: expect.stringContaining('more characters') })
  })

  async function refuse(status: number) {
    const { api, records } = await serve(() => 'ok', { wire })
    api.script('response', { status })
    const refused = await api.invoke('{}')
    expect((await api.invoke('{}')).text()).toBe('ok')
    expect([refused.status, refused.posts]).toEqual([status, 1])
    expect(api.requests.filter((request) => request.endpoint === 'error')).toEqual([])
    expect(records.join('')).toMatch(
      new RegExp(`\t${refused.id}\tERROR\tPOST .*/response: the Runtime API answered ${status}`),
    )
  }

  it('33: 413 on /response is logged, no /error follows, and the loop goes on', () => refuse(413))

  it.each([400, 403])('34: %i on /response is logged, and the loop goes on', (status) => refuse(status))

  it('35: 410 on /response is logged, and the loop goes on', () => refuse(410))

  it.each([400, 403, 410, 413])('35: %i on /error is logged, and the loop goes on', async (status) => {
    const { api, records } = await serve(
      ({ event }) => {
        if (event.length > 2) throw new Error('failed')
        return 'ok'
      },
      { wire },
    )
    api.script('error', { status })
    const refused = await api.invoke('"fail"')
    expect((await api.invoke('{}')).text()).toBe('ok')
    expect([refused.status, refused.posts]).toEqual([status, 1])
    expect(records.join('')).toContain(`/error: the Runtime API answered ${status}`)
  })

  it('34: 403 on /next ends the process with a code', async () => {
    const { api, end, records } = await serve(() => 'ok', { wire })
    await until(() => api.waiting === 1)
    api.script('next', { status: 403 })
    void api.send('{}')
    expect(await end).toMatchObject({ reason: 'failed', exitCode: 1, message: expect.stringContaining('answered 403') })
    expect(records.join('')).toMatch(/\tFATAL\tthe runtime ends: GET .*\/next/)
  })

  it.each(['next', 'response', 'error'] as const)('36: 500 on /%s ends the process with a code', async (endpoint) => {
    const { api, end } = await serve(
      () => {
        if (endpoint === 'error') throw new Error('failed')
        return 'ok'
      },
      { wire },
    )
    await until(() => api.waiting === 1)
    api.script(endpoint, { status: 500 })
    void api.send('{}')
    void api.send('{}')
    expect(await end).toMatchObject({ reason: 'failed', exitCode: 1, message: expect.stringContaining('answered 500') })
  })

  it.each([
    ['extension/register', { ANYHANDLER_EXTENSION: '1' }],
    ['restore/next', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }],
  ] as const)('36: 500 on %s ends the process with a code', async (endpoint, env) => {
    const api = { snapStart: true }
    let release: (() => void) | undefined
    const served = await serve(() => 'ok', {
      wire,
      api,
      env,
      plugin: { setup: () => new Promise((resolve) => (release = resolve)) },
    })
    served.api.script(endpoint, { status: 500 })
    await until(() => release !== undefined)
    release?.()
    expect(await served.end).toMatchObject({ reason: 'failed', exitCode: 1 })
  })

  it('36: 500 on /init/error ends the process with a code', async () => {
    const served = await serve(() => 'ok', {
      wire,
      plugin: {
        async setup() {
          await until(() => served !== undefined)
          throw new Error('cannot')
        },
      },
    }).then((made) => {
      made.api.script('init/error', { status: 500 })
      return made
    })
    expect(await served.end).toMatchObject({
      reason: 'failed',
      exitCode: 1,
      message: 'Runtime.PluginError: the plugin failed: cannot',
    })
    expect(served.records.join('')).toContain('/init/error: the Runtime API answered 500')
  })

  it('37: a fault of the plugin is an error of type Runtime, posted and logged', async () => {
    const { api, records } = await serve(() => (undefined as unknown as { nothing(): void }).nothing(), { wire })
    const failed = await api.invoke('{}')
    expect(failed).toMatchObject({ kind: 'error', errorType: 'Runtime.PluginError' })
    expect(failed.json()).toMatchObject({
      errorMessage: expect.stringContaining('the plugin failed: '),
      stackTrace: [
        expect.stringMatching(/^at /),
        ...(JSON.parse(failed.text()) as { stackTrace: string[] }).stackTrace.slice(1),
      ],
    })
    expect(records.join('')).toContain('Runtime.PluginError: the plugin failed: ')
  })

  it.each([maxPayload + 1, 20_000_000])(
    '38: a response of %i bytes is refused, and the next event is answered whole',
    async (size) => {
      const { api, records } = await serve(({ event }) => (event.length > 2 ? Buffer.alloc(size, 97) : 'ok'), { wire })
      const large = await api.invoke('"large"')
      expect(large).toMatchObject({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge', posts: 1 })
      for (let index = 0; index < 3; index++) expect((await api.invoke('{}')).text()).toBe('ok')
      expect(records.join('')).toContain('the Runtime API answered 413')
    },
  )

  it('38: a response of 6,291,556 bytes is taken', async () => {
    const { api } = await serve(() => Buffer.alloc(maxPayload, 97), { wire })
    expect((await api.invoke('{}')).body.length).toBe(6_291_556)
  })
})

it('37: a rejection or exception that nobody handles is logged, and the process goes on', async () => {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const invoke = `invoke() { void Promise.reject(new Error('stray rejection')); setTimeout(() => { throw new Error('stray exception') }); return 'ok' }`
  const runtime = startRuntime({ address: api.address, root: pluginFolder(invoke), handler: 'hello' })
  for (let index = 0; index < 3; index++) expect((await api.invoke('{}')).text()).toBe('ok')
  await until(
    () =>
      /\tERROR\tunhandled rejection: Error: stray rejection\r/.test(runtime.stdout) &&
      /\tERROR\tuncaught exception: Error: stray exception\r/.test(runtime.stdout),
  )
  expect(runtime.stderr).toBe('')
})

describe('results', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular

  it.each([
    ['a circle', circular],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['an answer without a body', answer({ body: undefined as unknown as string })],
    ['an answer with a number as its body', answer({ body: 5 as unknown as string })],
    ['a content type of two lines', answer({ body: 'x', contentType: 'text/plain\r\nX-Injected: yes' })],
    ['a content type beyond latin1', answer({ body: 'x', contentType: 'text/🦊' })],
  ])('39: %s is Runtime.MarshalError', async (_what, result) => {
    const { api } = await serve(({ event }) => (event.length > 2 ? result : 'ok'))
    const failed = await api.invoke('"bad"')
    expect(failed).toMatchObject({ kind: 'error', errorType: 'Runtime.MarshalError', posts: 1 })
    expect((await api.invoke('{}')).text()).toBe('ok')
  })

  it.each([
    ['undefined', undefined, 'null'],
    ['an empty text', '', ''],
  ])('30: a handler that gives %s succeeds with a documented body', async (_what, result, body) => {
    const { api } = await serve(() => result)
    expect(await api.invoke('{}')).toMatchObject({ kind: 'response', status: 202 })
    expect((await api.invoke('{}')).text()).toBe(body)
  })
})

describe('a child process', () => {
  it.each([
    ['a code', 'print STDERR "last words\\n"; exit 3', 'exited with code 3'],
    ['code 0', 'print STDERR "last words\\n"; exit 0', 'exited with code 0'],
    ['a signal', 'print STDERR "last words\\n"; kill 9, $$; sleep 9', 'ended by SIGKILL'],
  ])(
    '29: one that ends with %s costs its event, which names how it ended and what it said last',
    async (_what, body, how) => {
      const { api } = await runPerl({ hello: `if ($event eq '"end"') { ${body} } return "ok"` })
      const failed = await api.invoke('"end"')
      expect(failed).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError' })
      expect(failed.json()).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining(how),
      })
      expect(failed.text()).toContain('last words')
      expect((await api.invoke('{}')).text()).toBe('ok')
    },
  )

  it('29: what is written to standard error by a handler that succeeds is log, not an error', async () => {
    const { api, runtime } = await runPerl({ hello: 'print STDERR "careful\\n"; return "ok"' })
    const outcome = await api.invoke('{}')
    expect([outcome.kind, outcome.text()]).toEqual(['response', 'ok'])
    await until(() => runtime.stdout.includes(`\t${outcome.id}\tINFO\tcareful\n`))
  })

  it('40: at the deadline everything that the handler started is killed, a timeout is posted, and the next event finds a clean worker', async () => {
    const { api, runtime } = await runPerl({
      hello: `if ($event eq '"hang"') {
  system("setsid sleep 1000 & sleep 1001 & ");
  if (fork() == 0) { sleep 1002; exit }
  while (1) { sleep 1003 }
}
return "ok"`,
    })
    await api.invoke('{}')
    // The driver, and the watcher, which starts after the first answer.
    await until(() => processesOf(runtime.pid).length === 2)
    const hung = await api.invoke('"hang"', { timeout: 1000 })
    expect(hung).toMatchObject({ kind: 'error', errorType: 'Function.Timeout', posts: 1 })
    expect(hung.json()).toMatchObject({
      errorMessage: expect.stringMatching(/^Task timed out after (?:1\.0|0\.\d)\d seconds$/) as unknown,
    })
    expect((await api.invoke('{}')).text()).toBe('ok')
    await until(() => processesOf(runtime.pid).length === 2)
  })

  it('41: a runtime that is killed during an event leaves no process and no temporary folder to the one that starts next', async () => {
    // A folder of its own: any host that starts removes what dead ones have left.
    const tmp = taskFolder()
    const hello = 'if ($event eq \'"hang"\') { system("setsid sleep 1000 &"); sleep 1000 } return "ok"'
    const { api, runtime, start } = await runPerl({ hello }, { TMPDIR: tmp })
    await api.invoke('{}')
    const sent = api.send('"hang"')
    await until(() => processesOf(runtime.pid).length > 2)
    const children = processesOf(runtime.pid)
    runtime.kill('SIGKILL')
    expect(await runtime.ended).toMatchObject({ signal: 'SIGKILL' })
    api.runtimeExited('signal: killed')
    expect(await sent.outcome).toMatchObject({ kind: 'exit' })
    await until(() => !children.some(isAlive))
    const leftOver = () => readdirSync(tmp).filter((name) => new RegExp(`^anyhandler-\\d+-${runtime.pid}-`).test(name))
    expect(leftOver()).toHaveLength(1)
    start()
    expect((await api.invoke('{}')).text()).toBe('ok')
    expect(leftOver()).toEqual([])
  })
})

it.each([
  [
    'bytes that are no UTF-8',
    Buffer.from('{"errorMessage":"a \xff\xfe b","errorType":"E"}', 'latin1'),
    'a \ufffd\ufffd b',
  ],
  ['a character that ends early', Buffer.from('{"errorMessage":"\xe2\x82","errorType":"E"}', 'latin1'), '\ufffd'],
])('an error body with %s goes out as UTF-8', async (_what, body, errorMessage) => {
  const { api } = await serve(() => {
    throw new HandlerError({ errorType: 'E', message: 'm', body })
  })
  const outcome = await api.invoke('{}')
  expect([isUtf8(outcome.body), outcome.json()]).toEqual([true, { errorMessage, errorType: 'E' }])
})

it('a script of random bytes is an init error in UTF-8', async () => {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const root = taskFolder({})
  const bytes = Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7919 + 131) % 256))
  writeFileSync(join(root, 'e.sh'), bytes)
  const runtime = startRuntime({ address: api.address, root, handler: 'e' })
  await runtime.ended
  const body = api.initError?.body ?? Buffer.of(0xff)
  expect(isUtf8(body)).toBe(true)
  expect(JSON.parse(body.toString())).toMatchObject({ errorType: expect.stringContaining('.') })
})

it.each([
  [undefined, 3000, 100],
  [250, 3000, 250],
  [10_000, 3000, 250],
  [250, 1000, 100],
])(
  'with a margin of %s ms, an event of %i ms is given up %i ms before its deadline',
  { retry: 2 },
  async (marginMs, timeout, before) => {
    let left = 0
    const { api } = await serve(
      ({ signal, remaining }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            left = remaining()
            reject(signal.reason as Error)
          })
        }),
      { plugin: marginMs === undefined ? {} : { marginMs } },
    )
    expect(await api.invoke('{}', { timeout })).toMatchObject({ errorType: 'Function.Timeout' })
    expect(left).toBeGreaterThan(before - 40)
    expect(left).toBeLessThanOrEqual(before)
  },
)
