import { describe, expect, it } from 'vitest'
import { answer, HandlerError } from '@anyhandler/core'
import type { Invocation } from '@anyhandler/core'
import { accepted, RawApi, rawEvent } from '../../support/raw-api.ts'
import { serve, serveFrom, until, wires } from '../../support/served.ts'

type Parts = (invocation: Invocation) => AsyncGenerator<Uint8Array>

const bytes = (text: string): Uint8Array => Buffer.from(text)

describe.each(wires)('streaming (%s)', (wire) => {
  it('42: a stream is posted chunked, in streaming mode, and its first part arrives before the handler ends', async () => {
    const gate = Promise.withResolvers<void>()
    let ended = false
    const parts: Parts = async function* () {
      yield bytes('first')
      await gate.promise
      yield bytes('second')
      ended = true
    }
    const { api } = await serve(parts, { wire })
    const arrived: [string, boolean][] = []
    const outcome = await api.invoke('{}', {
      onChunk(part) {
        arrived.push([part.toString(), ended])
        gate.resolve()
      },
    })
    expect(arrived[0]).toEqual(['first', false])
    expect(outcome).toMatchObject({
      kind: 'response',
      streamed: true,
      status: 202,
      contentType: 'application/octet-stream',
    })
    expect(outcome.text()).toBe('firstsecond')
    expect(outcome.headers).toMatchObject({
      'lambda-runtime-function-response-mode': 'streaming',
      'transfer-encoding': 'chunked',
    })
    expect(outcome.streamError).toBeUndefined()
  })

  it('42: a stream without a byte is a whole response, and so is one that begins with empty parts', async () => {
    const { api } = await serve(
      async function* ({ event }) {
        if (event.length > 2) yield* [bytes(''), bytes(''), bytes('x')]
      },
      { wire },
    )
    expect(await api.invoke('{}')).toMatchObject({
      kind: 'response',
      streamed: true,
      status: 202,
      body: Buffer.alloc(0),
    })
    expect((await api.invoke('"x"')).text()).toBe('x')
  })

  it('43: a buffered response has no mode header', async () => {
    const { api } = await serve(() => answer({ body: 'x', contentType: 'text/plain' }), { wire })
    const outcome = await api.invoke('{}')
    expect(outcome.contentType).toBe('text/plain')
    expect(outcome.headers).not.toHaveProperty('lambda-runtime-function-response-mode')
    expect(outcome.headers).not.toHaveProperty('transfer-encoding')
    expect(outcome.headers).not.toHaveProperty('trailer')
  })

  it('44: the HTTP prelude is JSON and 8 NUL bytes, under its own content type', async () => {
    const parts = async function* () {
      yield bytes('')
      yield bytes('<p>')
      yield bytes('x')
    }
    const http = { statusCode: 201, headers: { 'x-a': 'ü' }, cookies: ['a=b'] }
    const { api } = await serve(() => answer({ body: parts(), contentType: 'text/html', http }), { wire })
    const outcome = await api.invoke('{}')
    expect(outcome.contentType).toBe('application/vnd.awslambda.http-integration-response')
    const end = outcome.body.indexOf(0)
    expect(JSON.parse(outcome.body.toString('utf8', 0, end))).toEqual({
      statusCode: 201,
      headers: { 'x-a': 'ü', 'content-type': 'text/html' },
      cookies: ['a=b'],
    })
    expect([...outcome.body.subarray(end, end + 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(outcome.body.toString('utf8', end + 8)).toBe('<p>x')
  })

  it('44: the prelude of a stream without a byte is sent all the same', async () => {
    const parts: () => AsyncGenerator<Uint8Array> = async function* () {}
    const { api } = await serve(() => answer({ body: parts(), http: { statusCode: 204 } }), { wire })
    expect((await api.invoke('{}')).text()).toBe(`{"statusCode":204,"headers":{}}${'\0'.repeat(8)}`)
  })

  it.each([
    ['with', true],
    ['without', false],
  ])('45: what fails before the first byte is a plain error (%s a prelude)', async (_with, prelude) => {
    const parts = async function* (): AsyncGenerator<Uint8Array> {
      if (prelude) yield bytes('')
      throw new HandlerError({ errorType: 'EarlyError', message: 'too soon' })
    }
    const { api } = await serve(() => (prelude ? answer({ body: parts(), http: { statusCode: 200 } }) : parts()), {
      wire,
    })
    expect(await api.invoke('{}')).toMatchObject({ kind: 'error', streamed: false, errorType: 'EarlyError', posts: 1 })
  })

  it.each([
    [
      'an error',
      new HandlerError({ errorType: 'LateError', message: 'Zoë\nwas late', stackTrace: ['at x:1'] }),
      'LateError',
    ],
    ['a fault', new TypeError('x is no function'), 'Runtime.PluginError'],
  ])(
    '45: %s behind the first byte goes into the trailers, and undici, which cannot send any, cuts the connection',
    async (_what, thrown, errorType) => {
      const { api, records } = await serve(
        async function* ({ event }) {
          yield bytes('begun')
          if (event.length > 2) throw thrown
        },
        { wire },
      )
      const failed = await api.invoke('"fail"')
      if (wire === 'socket') {
        expect(failed).toMatchObject({ kind: 'response', streamed: true, aborted: false })
        expect(failed.text()).toBe('begun')
        expect(failed.headers.trailer).toBe('Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body')
        expect(failed.streamError?.errorType).toBe(errorType)
        expect(JSON.parse(String(failed.streamError?.body))).toMatchObject({
          errorType,
          errorMessage: expect.stringContaining(thrown.message),
        })
      } else {
        expect(failed).toMatchObject({ kind: 'error', aborted: true, errorType: 'Runtime.TruncatedResponse' })
      }
      expect(records.join('')).toContain(`hello failed: ${errorType}: `)
      expect((await api.invoke('{}')).text()).toBe('begun')
      expect([failed.posts, api.strayAnswers]).toEqual([1, 0])
    },
  )

  it('45: a stream that yields no bytes fails as what it is', async () => {
    const { api } = await serve(
      async function* () {
        yield bytes('begun')
        yield 'text' as unknown as Uint8Array
      },
      { wire },
    )
    const failed = await api.invoke('{}')
    if (wire === 'socket') expect(failed.streamError?.errorType).toBe('Runtime.MarshalError')
    else expect(failed.aborted).toBe(true)
    expect(failed.posts).toBe(1)
  })

  it('45: a stream that is not done at the deadline ends in a timeout', async () => {
    let stopped = false
    const { api } = await serve(
      async function* ({ signal }) {
        signal.addEventListener('abort', () => (stopped = true))
        yield bytes('begun')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
      { wire },
    )
    const failed = await api.invoke('{}', { timeout: 600 })
    if (wire === 'socket') expect(failed.streamError?.errorType).toBe('Function.Timeout')
    else expect(failed.aborted).toBe(true)
    expect(stopped).toBe(true)
  })

  it('46: a slow reader slows the producer down', async () => {
    const part = Buffer.alloc(65_536, 97)
    const total = 1200
    let produced = 0
    let received = 0
    let ahead = 0
    const { api } = await serve(
      async function* () {
        for (let index = 0; index < total; index++) {
          produced += part.length
          ahead = Math.max(ahead, produced - received)
          yield part
        }
      },
      { wire },
    )
    let count = 0
    const outcome = await api.invoke('{}', {
      keepBody: false,
      async onChunk(piece) {
        received += piece.length
        if (++count % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      },
    })
    expect(outcome.kind).toBe('response')
    expect(received).toBe(total * part.length)
    // The kernel's buffers of both ends hold some MiB; the stream is 75 MiB long.
    expect(ahead).toBeLessThan(16 * 1024 * 1024)
  })

  it.each([
    ['is cut', { connection: 'reset', after: 200_000 }, { kind: 'error', errorType: 'Runtime.TruncatedResponse' }],
    ['is refused with 413', { status: 413, after: 200_000 }, { status: 413 }],
    ['is refused with 400 at once', { status: 400, after: 0 }, { status: 400 }],
  ] as const)('47: a stream whose reader is gone ends its producer (%s)', async (_how, step, expected) => {
    let returned = false
    let aborted = false
    const { api } = await serve(
      async function* ({ event, signal }) {
        if (event.length === 2) {
          yield bytes('whole')
          return
        }
        signal.addEventListener('abort', () => (aborted = true))
        try {
          for (;;) {
            yield Buffer.alloc(65_536, 97)
            await new Promise((resolve) => setImmediate(resolve))
          }
        } finally {
          returned = true
        }
      },
      { wire },
    )
    api.script('response', step)
    const sent = api.send('"endless"')
    await until(() => returned && aborted)
    expect(await sent.outcome).toMatchObject({ ...expected, posts: 1 })
    expect((await api.invoke('{}')).text()).toBe('whole')
    expect(api.strayAnswers).toBe(0)
  })
})

it('45: on the socket, trailers follow the last chunk and the connection is closed; the next event is asked for on another', async () => {
  const raw = await RawApi.start()
  await serveFrom(raw.address, async function* () {
    yield bytes('one')
    yield bytes('two')
    throw new HandlerError({ errorType: 'LateError', message: 'late' })
  })
  await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
  const [first] = raw.connections
  if (!first) throw new Error('no connection')
  first.write(rawEvent('id-1', '{}'))
  await until(() => /\r\n0\r\n[^]*\r\n\r\n$/.test(first.received))
  const post = first.received.slice(first.received.indexOf('POST '))
  expect(post).toContain('trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n')
  expect(post.slice(post.indexOf('\r\n\r\n') + 4)).toMatch(
    /^3\r\none\r\n3\r\ntwo\r\n0\r\nLambda-Runtime-Function-Error-Type: LateError\r\nLambda-Runtime-Function-Error-Body: [\w+/]+=*\r\n\r\n$/,
  )
  first.write(accepted)
  await until(
    () =>
      first.closed && (raw.connections[1]?.received.startsWith('GET /2018-06-01/runtime/invocation/next ') ?? false),
  )
})

it('42: parts leave one by one, as they are made', async () => {
  const raw = await RawApi.start()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await serveFrom(raw.address, async function* () {
    yield bytes('one\n')
    await gates[0]?.promise
    yield bytes('two\n')
    await gates[1]?.promise
    yield bytes('three\n')
  })
  await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
  const [first] = raw.connections
  if (!first) throw new Error('no connection')
  const body = () => first.received.slice(first.received.lastIndexOf('\r\n\r\n') + 4)
  first.write(rawEvent('id-1', '{}'))
  await until(() => body() === '4\r\none\n\r\n')
  gates[0]?.resolve()
  await until(() => body() === '4\r\none\n\r\n4\r\ntwo\n\r\n')
  gates[1]?.resolve()
  await until(() => first.received.endsWith('6\r\nthree\n\r\n0\r\n\r\n'))
})
