import { effort, fc } from '../../support/properties.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, HandlerError } from '@anyhandler/core'
import type { Invocation, Plugin } from '@anyhandler/core'
import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome, ScriptStep } from '@anyhandler/core/testing'
import { RawApi } from '../../support/raw-api.ts'
import { serveFrom, until, wires } from '../../support/served.ts'
import { taskFolderForAll } from './task-folder-for-all.ts'

const runs = 25 * effort
const timeout = Math.max(120_000, runs * 1000)

/** What a handler does with one event. */
type Deed =
  | { readonly kind: 'return'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'answer'; readonly contentType: string; readonly http: boolean; readonly body: Uint8Array }
  | { readonly kind: 'throw'; readonly type: string; readonly message: string }
  | { readonly kind: 'throw-junk'; readonly value: unknown }
  | { readonly kind: 'stream'; readonly parts: readonly Uint8Array[]; readonly fails: boolean }
  | { readonly kind: 'hang' }

interface Event {
  readonly deed: Deed
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** What the platform says to the answer. */
  readonly step: ScriptStep | undefined
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
const bytes = fc.uint8Array({ maxLength: 300 })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constant('return' as const),
    value: fc.oneof(fc.anything({ withBigInt: true, withMap: true, withTypedArray: true, withDate: true }), text),
  }),
  fc.record({ kind: fc.constant('bytes' as const), value: bytes }),
  fc.record({ kind: fc.constant('answer' as const), contentType: text, http: fc.boolean(), body: bytes }),
  fc.record({ kind: fc.constant('throw' as const), type: text, message: text }),
  fc.record({ kind: fc.constant('throw-junk' as const), value: fc.anything() }),
  fc.record({ kind: fc.constant('stream' as const), parts: fc.array(bytes, { maxLength: 5 }), fails: fc.boolean() }),
  fc.record({ kind: fc.constant('hang' as const) }),
)

/** Values that a header can carry, as the platform writes them. */
const headerValue = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  fc.json({ maxDepth: 2 }).map((json) => json.replace(/[^\u0020-\u007e]/g, '')),
  fc.constant(''),
)
const headers = fc.dictionary(
  fc.constantFrom(
    'Lambda-Runtime-Trace-Id',
    'Lambda-Runtime-Client-Context',
    'Lambda-Runtime-Cognito-Identity',
    'Lambda-Runtime-Aws-Tenant-Id',
    'lambda-runtime-invoked-function-arn',
    'X-Other',
  ),
  headerValue,
  { maxKeys: 4, noNullPrototype: true },
)

const step: fc.Arbitrary<ScriptStep | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.record({ status: fc.constantFrom(200, 400, 403, 404, 410, 413, 429, 502) }) },
  { weight: 2, arbitrary: fc.record({ connection: fc.constantFrom('destroy' as const, 'reset' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ connection: fc.constantFrom('destroy' as const, 'reset' as const), after: fc.constant(0) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ status: fc.constant(202), connection: fc.constantFrom('close' as const, 'drop' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      raw: fc.constantFrom('HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nab', 'no HTTP at all\r\n\r\n', ''),
    }),
  },
  { weight: 1, arbitrary: fc.record({ status: fc.constant(500) }) },
)

const event: fc.Arbitrary<Event> = fc.record({ deed, bytes, headers, step })

async function* stream(parts: readonly Uint8Array[], fails: boolean): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part
  if (fails) throw new Error('in the stream')
}

function act(deed: Deed): unknown {
  switch (deed.kind) {
    case 'answer':
      return answer({ body: deed.body, contentType: deed.contentType, ...(deed.http && { http: { statusCode: 201 } }) })
    case 'throw':
      throw new HandlerError({ errorType: deed.type, message: deed.message, stackTrace: [deed.message] })
    case 'throw-junk':
      throw deed.value
    case 'stream':
      return stream(deed.parts, deed.fails)
    case 'hang':
      return new Promise(() => {})
    default:
      return deed.value
  }
}

async function patience(what: string): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 10_000).unref())
  throw new Error(what)
}

const strays: unknown[] = []
const note = (reason: unknown): void => void strays.push(reason)

beforeAll(() => {
  process.on('unhandledRejection', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
})

describe.each(wires)('whatever arrives (%s)', (wire) => {
  const root = taskFolderForAll(wire)

  /**
   * undici cuts the connection of a stream that fails. So the host doesn't read what the platform says to it, such as a
   * 500; and that both ends cut it is one event too many for the Runtime API of the tests.
   */
  const isClear = ({ deed: todo, step: said }: Event): boolean =>
    wire === 'socket' ||
    todo.kind !== 'stream' ||
    !todo.fails ||
    (said?.connection === undefined && said?.status !== 500)

  async function play(events: readonly Event[], managed: boolean): Promise<void> {
    const api = await RuntimeApiServer.start({ managed })
    let runs = 0
    const current = new Map<string, Deed>()
    const plugin: Plugin = {
      name: 'test',
      extensions: ['.test'],
      setup() {},
      cleanup() {},
      async invoke({ id }: Invocation) {
        runs += 1
        const found = current.get(id)
        return found ? act(found) : 'good'
      },
    }
    const host = new Host({
      env: readEnv({
        AWS_LAMBDA_RUNTIME_API: api.address,
        _HANDLER: 'hello',
        LAMBDA_TASK_ROOT: root(),
        ...(managed && { AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances' }),
      }),
      builtIns: { test: { extensions: ['.test'], package: 'test', load: async () => ({ default: () => plugin }) } },
      logTo: () => {},
    })
    const end = host.run()
    try {
      for (const [index, { deed: todo, bytes: body, headers: more, step: said }] of events.entries()) {
        const id = `event-${index}`
        current.set(id, todo)
        if (said) {
          api.script('response', said)
          api.script('error', said)
        }
        // Where nothing of the answer arrives, Managed Instances don't give the event out again: it runs into its
        // deadline.
        const lost = managed && said?.after === 0
        const sent = api.send(body, {
          id,
          timeout: todo.kind === 'hang' ? 80 : lost ? 400 : 20_000,
          ...(lost && { late: 'refuse' }),
          headers: more,
        })
        const outcome: Outcome | string = await Promise.race([
          sent.outcome,
          end.then((ended) => ended.reason),
          patience(`event ${index} was not answered`),
        ])
        api.clearScripts()
        if (typeof outcome === 'string') {
          // It ends for one reason only.
          expect([outcome, said?.status, managed]).toEqual(['failed', 500, false])
          return
        }
        expect(outcome.posts).toBe(lost ? 0 : 1)
        if (said?.status === 500 && !managed) {
          const ended = await Promise.race([end, patience(`the host did not end after event ${index}`)])
          expect(ended).toMatchObject({ reason: 'failed', exitCode: 1 })
          return
        }
      }
      const last = await Promise.race([api.invoke('{}'), patience('the last event was not answered')])
      expect([last.text(), last.posts, api.strayAnswers, runs <= events.length + 1]).toEqual(['good', 1, 0, true])
    } finally {
      await host.close()
      await end
      await api.close()
    }
  }

  it.each([
    ['one event at a time', false],
    ['on Managed Instances', true],
  ])('each event is answered once, or the process ends as documented (%s)', { timeout }, async (_mode, managed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event.filter(isClear), { minLength: 1, maxLength: 6 }), (events) =>
        play(events, managed),
      ),
      { numRuns: runs, interruptAfterTimeLimit: timeout - 20_000 },
    )
  })

  it('a /next that answers anything leads to the next one or to the end', { timeout }, async () => {
    const reply = fc.oneof(
      fc.record({
        status: fc.constantFrom(200, 204, 301, 400, 403, 404, 410, 429, 500, 502),
        body: fc.string({ maxLength: 50 }),
        headers: headers,
      }),
      fc.record({
        raw: fc.oneof(
          fc.string({ unit: 'binary-ascii', maxLength: 80 }),
          fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((rest) => `HTTP/1.1 200 OK\r\n${rest}`),
        ),
      }),
      fc.record({ connection: fc.constantFrom('destroy' as const, 'reset' as const) }),
    )
    await fc.assert(
      fc.asyncProperty(reply, async (said) => {
        const api = await RuntimeApiServer.start()
        const plugin: Plugin = { name: 'test', extensions: ['.test'], setup() {}, cleanup() {}, invoke: () => 'good' }
        const host = new Host({
          env: readEnv({ AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: 'hello', LAMBDA_TASK_ROOT: root() }),
          builtIns: { test: { extensions: ['.test'], package: 'test', load: async () => ({ default: () => plugin }) } },
          logTo: () => {},
        })
        api.script('next', said)
        const end = host.run()
        const outcome = await Promise.race([api.invoke('{}').catch(() => undefined), end])
        if (outcome && 'reason' in outcome) expect(outcome).toMatchObject({ reason: 'failed', exitCode: 1 })
        else expect(outcome?.text()).toBe('good')
        await host.close()
        await end
        await api.close()
      }),
      { numRuns: runs },
    )
  })

  it('an event whose bytes arrive in pieces of any size is read whole', { timeout }, async () => {
    const raw = await RawApi.start()
    const seen: Buffer[] = []
    await serveFrom(
      raw.address,
      ({ event: given }) => {
        seen.push(Buffer.from(given))
        return 'ok'
      },
      { wire },
    )
    await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
    const [connection] = raw.connections
    if (!connection) throw new Error('no connection')
    let count = 0
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        async (body, chunked, sizes) => {
          const id = `id-${(count += 1)}`
          connection.received = ''
          const latin1 = Buffer.from(body).toString('latin1')
          const head = `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\n`
          const whole = chunked
            ? `${head}Transfer-Encoding: chunked\r\n\r\n${latin1 === '' ? '' : `${latin1.length.toString(16)}\r\n${latin1}\r\n`}0\r\n\r\n`
            : `${head}Content-Length: ${latin1.length}\r\n\r\n${latin1}`
          for (let at = 0, index = 0; at < whole.length; index++) {
            const size = sizes[index % sizes.length] ?? 1
            connection.write(whole.slice(at, at + size))
            at += size
            await new Promise((resolve) => setImmediate(resolve))
          }
          await until(() => connection.received.endsWith('ok'))
          connection.write('HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n')
          await until(() => connection.received.endsWith('\r\n\r\n'))
          expect(seen.at(-1)?.equals(Buffer.from(body))).toBe(true)
          expect(connection.received).toContain(`/invocation/${id}/response`)
        },
      ),
      { numRuns: runs },
    )
  })
})

it('nothing of that leaves a rejection that nobody handles', async () => {
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(strays).toEqual([])
})
