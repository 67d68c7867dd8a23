import { describe, expect, it, onTestFinished } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { answer, HandlerError } from '@anyhandler/core'
import type { Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import { Host, readEnv } from '@anyhandler/core/host'
import type { BuiltIns, HostEnd } from '@anyhandler/core/host'
import { makeEvent } from '@anyhandler/core/http'
import { sample } from '../events/samples.ts'
import { taskFolder } from '../../support/task-folder.ts'

type Invoke = (invocation: Invocation) => unknown

interface Language extends Partial<Omit<Plugin, 'invoke'>> {
  readonly invoke?: Invoke
}

interface Function {
  readonly config: object
  readonly handler?: string
  /** By name; its extension is the name with a dot. */
  readonly languages: Readonly<Record<string, Language>>
  readonly files: readonly string[]
}

interface Running {
  readonly api: RuntimeApiServer
  readonly records: readonly string[]
  readonly calls: readonly string[]
  readonly end: Promise<HostEnd>
  readonly envs: ReadonlyMap<string, PluginEnv>
  ask(event: object | string | Buffer): Promise<Outcome>
}

/** A host with several languages, each made of functions of the test, in this process. */
async function start({ config, handler = 'routes', languages, files }: Function): Promise<Running> {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const taskRoot = taskFolder({
    ...Object.fromEntries(files.map((file) => [file, ''])),
    'anyhandler.config.json': JSON.stringify(config),
  })
  const records: string[] = []
  const calls: string[] = []
  const envs = new Map<string, PluginEnv>()
  const builtIns: BuiltIns = Object.fromEntries(
    Object.entries(languages).map(([name, language]) => {
      const extensions = [`.${name}`]
      const make = (): Plugin => ({
        name,
        extensions,
        invoke: (invocation) => invocation.handler.name,
        ...language,
        async setup(env) {
          calls.push(`setup ${name} ${env.handlers.map((one) => one.name).join(' ')}`)
          envs.set(name, env)
          await language.setup?.(env)
        },
        async cleanup(env) {
          calls.push(`cleanup ${name}`)
          await language.cleanup?.(env)
        },
      })
      const load = (): Promise<{ default: () => Plugin }> => {
        calls.push(`import ${name}`)
        return Promise.resolve({ default: make })
      }
      return [name, { extensions, package: name, load }]
    }),
  )
  const host = new Host({
    env: readEnv({
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: taskRoot,
    }),
    builtIns,
    logTo: (record) => records.push(record),
  })
  const end = host.run()
  onTestFinished(async () => {
    await host.close()
    await end
  })
  const ask = async (event: object | string | Buffer): Promise<Outcome> =>
    api.invoke(typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event))
  return { api, records, calls, end, envs, ask }
}

const get = (target: string, method = 'GET'): object => makeEvent({ method, target, headers: [], time: 0 }, 'http')
const textOf = (outcome: Outcome): string => outcome.text()
const errorOf = (outcome: Outcome): string => JSON.parse(outcome.text()).errorType as string

describe('a function with several handlers', () => {
  it('sets up all its languages in the init phase, each with its own handlers', async () => {
    const { ask, calls, envs } = await start({
      config: {
        routes: { 'GET /a': 'a', 'GET /b': 'b', 'GET /c': 'c' },
        sources: [{ from: 'sqs', run: 'a' }],
        handlers: { c: 'one:c' },
      },
      languages: { one: {}, two: {}, three: {} },
      files: ['a.one', 'b.two', 'c.one', 'c.two', 'd.three'],
    })
    expect(textOf(await ask(get('/a')))).toBe('a')
    expect(textOf(await ask(get('/b')))).toBe('b')
    expect(textOf(await ask(get('/c')))).toBe('c')
    expect(textOf(await ask(sample('sqs')))).toBe('a')
    expect(calls.toSorted()).toEqual(['import one', 'import two', 'setup one a c', 'setup two b'])
    expect(envs.get('one')?.handlers.map(({ file }) => file?.slice(-5))).toEqual(['a.one', 'c.one'])
  })

  it('gives the handler its own reference, and the event with the parameters of its route', async () => {
    const seen: Invocation[] = []
    const { ask } = await start({
      config: { routes: { 'GET /links/{slug}': 'show' } },
      languages: { one: { invoke: (invocation) => void seen.push(invocation) } },
      files: ['show.one'],
    })
    await ask(get('/links/a%20b'))
    const [invocation] = seen
    expect(invocation?.handler).toMatchObject({ name: 'show', plugin: 'one' })
    expect(JSON.parse(Buffer.from(invocation?.event ?? []).toString())).toMatchObject({
      routeKey: 'GET /links/{slug}',
      pathParameters: { slug: 'a b' },
    })
    expect(invocation?.remaining()).toBeGreaterThan(0)
    expect(Object.keys(invocation ?? {})).toEqual(
      expect.arrayContaining(['id', 'handler', 'event', 'deadline', 'functionArn', 'remaining']),
    )
    expect(invocation?.signal).toBeInstanceOf(AbortSignal)
  })

  it('shapes each answer as its own language wants it', async () => {
    const { ask } = await start({
      config: { routes: { 'GET /a': 'a', 'GET /b': 'b' } },
      languages: { plain: { invoke: () => 'hello' }, shaped: { http: 'shape', invoke: () => 'hello' } },
      files: ['a.plain', 'b.shaped'],
    })
    expect(textOf(await ask(get('/a')))).toBe('hello')
    expect(JSON.parse(textOf(await ask(get('/b'))))).toMatchObject({ statusCode: 200, body: 'hello' })
  })

  it('answers 404 and 405 in the dialect of the request, and fails other events that nothing takes', async () => {
    const { ask, records } = await start({
      config: { routes: { 'GET /a': 'a' } },
      languages: { one: {} },
      files: ['a.one'],
    })
    expect(JSON.parse(textOf(await ask(get('/b'))))).toMatchObject({ statusCode: 404, body: '{"message":"Not Found"}' })
    expect(JSON.parse(textOf(await ask(get('/a', 'POST'))))).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD' },
    })
    const alb = makeEvent({ method: 'GET', target: '/b', headers: [], time: 0 }, 'alb')
    expect(JSON.parse(textOf(await ask(alb)))).toMatchObject({
      statusDescription: '404 Not Found',
      multiValueHeaders: {},
    })
    const outcome = await ask(sample('sqs'))
    expect(outcome.kind).toBe('error')
    expect(errorOf(outcome)).toBe('Function.NoRoute')
    expect(records.join('')).toContain('no row of sources matches this event, which is of the kind sqs')
  })

  it('fails only the routes of a handler that can not be loaded or found', async () => {
    const { ask, records, calls } = await start({
      config: { routes: { 'GET /a': 'a', 'GET /b': 'b', 'GET /c': 'c', 'GET /d': 'nowhere' } },
      languages: {
        one: {
          setup({ handlers }) {
            if (handlers.some(({ name }) => name === 'b'))
              throw new HandlerError({ errorType: 'Broken', message: 'b is broken' })
          },
        },
      },
      files: ['a.one', 'b.one', 'c.one'],
    })
    expect(textOf(await ask(get('/a')))).toBe('a')
    expect(textOf(await ask(get('/c')))).toBe('c')
    expect(errorOf(await ask(get('/b')))).toBe('Broken')
    expect(errorOf(await ask(get('/d')))).toBe('Runtime.ImportModuleError')
    expect(calls.findLast((call) => call.startsWith('setup'))).toBe('setup one a c')
    const log = records.join('')
    expect(log).toMatch(/b can't be loaded, so its events fail: b is broken/)
    expect(log).toMatch(/nowhere can't be loaded, so its events fail: the handler 'nowhere' was not found/)
    expect(log).toMatch(/ERROR\tb failed: Broken/)
    expect(log).toMatch(/ERROR\tnowhere failed: Runtime.ImportModuleError/)
  })

  it('fails in the init phase when none of its handlers can be used', async () => {
    const { end, api } = await start({
      config: { routes: { 'GET /a': 'a', 'GET /b': 'nowhere' } },
      languages: {
        one: {
          setup() {
            throw new HandlerError({ errorType: 'Broken', message: 'a is broken' })
          },
        },
      },
      files: ['a.one'],
    })
    await expect(end).resolves.toMatchObject({ reason: 'failed' })
    expect(api.initError?.body.toString()).toMatch(/no handler can be loaded: .*nowhere.*a: a is broken/)
  })

  it('leaves a language with eager: false to the first event for it', async () => {
    const { ask, calls } = await start({
      config: { routes: { 'GET /a': 'a', 'GET /b': 'b' }, plugins: { two: { eager: false } } },
      languages: { one: {}, two: {} },
      files: ['a.one', 'b.two'],
    })
    await ask(get('/a'))
    expect(calls).not.toContain('import two')
    expect(textOf(await ask(get('/b')))).toBe('b')
    await ask(get('/b'))
    expect(calls.filter((call) => call.includes('two'))).toEqual(['import two', 'setup two b'])
  })

  it('hands a language that is being set up to no event before it is ready', async () => {
    let isReady = false
    const seen: boolean[] = []
    const { ask } = await start({
      config: {
        sources: { sqs: 'worker', s3: 'a' },
        handlers: { worker: { run: 'b', each: { parallel: 2 } } },
        plugins: { two: { eager: false } },
      },
      languages: {
        one: {},
        two: {
          async setup() {
            await new Promise((resolve) => setTimeout(resolve, 50))
            isReady = true
          },
          invoke() {
            seen.push(isReady)
            return 'b'
          },
        },
      },
      files: ['a.one', 'b.two'],
    })
    const message = { body: '', eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:1:q' }
    await ask({ Records: [1, 2].map((id) => ({ messageId: `${id}`, ...message })) })
    expect(seen).toEqual([true, true])
  })

  it.each<[what: string, config: object, files: readonly string[], sentence: RegExp]>([
    [
      'a file',
      {},
      ['routes.one', 'a.one'],
      /means the configuration's routes, and the file routes\.one; rename the file/,
    ],
    [
      'a key of the map',
      { handlers: { routes: 'a' } },
      ['a.one'],
      /means the configuration's routes, and its key handlers\.routes/,
    ],
  ])('refuses %s named routes beside the tables', async (_what, config, files, sentence) => {
    const { end, api } = await start({
      config: { routes: { 'GET /a': 'a' }, ...config },
      languages: { one: {} },
      files,
    })
    await end
    expect(api.initError?.body.toString()).toMatch(sentence)
  })

  it('ignores the tables with any other _HANDLER', async () => {
    const { ask, calls } = await start({
      config: { routes: { 'GET /a': 'a' } },
      handler: 'b',
      languages: { one: {}, two: {} },
      files: ['a.one', 'b.two'],
    })
    expect(textOf(await ask(get('/a')))).toBe('b')
    expect(calls).toEqual(['import two', 'setup two b'])
  })

  it('cleans up all its languages, also when one of them fails to', async () => {
    const { ask, api, calls, end, records } = await start({
      config: { routes: { 'GET /a': 'a', 'GET /b': 'b' } },
      languages: {
        one: {
          cleanup() {
            throw new Error('it sticks')
          },
        },
        two: {},
      },
      files: ['a.one', 'b.two'],
    })
    await ask(get('/a'))
    await api.close()
    await end
    expect(calls).toContain('cleanup two')
    expect(records.join('')).toContain('it sticks')
  })
})

describe('a sequence', () => {
  const languages = {
    one: {
      http: 'shape' as const,
      invoke: ({ handler, event }: Invocation) => {
        const text = Buffer.from(event).toString()
        if (text.includes('bad') && handler.name === 'b.one')
          throw new HandlerError({ errorType: 'Bad', message: 'bad order' })
        return answer({ body: `${text}>${handler.name}` })
      },
    },
  }
  const files = ['a.one', 'b.one', 'c.one']
  const config = { handlers: { order: { run: ['a.one', 'b.one', 'c.one'] } }, routes: { 'GET /{n}': 'order' } }

  it('gives the answer of each step to the next one', async () => {
    const { ask } = await start({ config, handler: 'order', languages, files })
    expect(textOf(await ask('1'))).toBe('1>a.one>b.one>c.one')
  })

  it('names a step that fails, in the error and in the log, and ends with it', async () => {
    const { ask, records } = await start({ config, handler: 'order', languages, files })
    const outcome = await ask('"bad"')
    expect(JSON.parse(textOf(outcome))).toMatchObject({
      errorType: 'Bad',
      errorMessage: "step 2 of 3 of 'order' (b.one): bad order",
    })
    expect(records.join('')).toContain('b.one failed: Bad')
  })

  it('answers the request that led to it', async () => {
    const { ask } = await start({ config, languages, files })
    const { body, statusCode } = JSON.parse(textOf(await ask(get('/x')))) as { body: string; statusCode: number }
    expect(statusCode).toBe(200)
    expect(body).toMatch(/"slug"|"n":"x".*>a\.one>b\.one>c\.one$/s)
  })

  it('has no sequence for a step', async () => {
    const nested = { handlers: { order: { run: ['a.one', 'more'] }, more: { run: ['b.one', 'c.one'] } } }
    const { end, api } = await start({ config: nested, handler: 'order', languages, files })
    await end
    expect(api.initError?.body.toString()).toContain("the step 'more' of handlers['order'].run is a sequence itself")
  })
})

describe('the warmer', () => {
  it.each([
    ['{"warmer":true}', 'null'],
    [' { "warmer" : true } ', 'null'],
    ['{"warmer":true,"a":1}', 'hello'],
    ['{"warmer":"true"}', 'hello'],
    ['{"Warmer":true}', 'hello'],
    [`{"warmer":true}${' '.repeat(200)}`, 'hello'],
    ['[true]', 'hello'],
    ['not JSON', 'hello'],
  ])('%s is answered with %s', async (event, body) => {
    const { ask } = await start({
      config: { warmer: { key: 'warmer' } },
      handler: 'hello',
      languages: { one: { invoke: () => 'hello' } },
      files: ['hello.one'],
    })
    expect(textOf(await ask(event))).toBe(body)
  })
})

describe('failOn', () => {
  const replies: Readonly<Record<string, unknown>> = {
    answer: answer({ body: 'busy', http: { statusCode: 503 } }),
    object: { statusCode: 503 },
    bytes: Buffer.from('{"body":"x","statusCode":503}'),
    text: answer({ body: '{"statusCode":"503"}' }),
    fine: { statusCode: 499 },
    other: [503],
  }
  const started = (): Promise<Running> =>
    start({
      config: { failOn: ['500-599', 418] },
      handler: 'hello',
      languages: {
        one: {
          invoke: ({ event }) => replies[JSON.parse(Buffer.from(event).toString()) as string] ?? replies['object'],
        },
      },
      files: ['hello.one'],
    })

  it('makes a status a failure, however it is said', async () => {
    const { ask } = await started()
    for (const reply of ['answer', 'object', 'bytes', 'text']) {
      const outcome = await ask(JSON.stringify(reply))
      expect([reply, outcome.kind]).toEqual([reply, 'error'])
      expect(JSON.parse(textOf(outcome))).toMatchObject({
        errorType: 'Function.HttpStatus',
        errorMessage: 'hello answered with the status 503, which failOn lists as a failure',
      })
    }
    for (const reply of ['fine', 'other']) expect((await ask(JSON.stringify(reply))).kind).toBe('response')
  })

  it('leaves the answer to a request as it is', async () => {
    const { ask } = await started()
    expect((await ask(get('/'))).kind).toBe('response')
  })
})
