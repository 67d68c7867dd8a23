import { describe, expect, it } from 'vitest'
import { answer, HandlerError } from '@anyhandler/core'
import type { Invocation } from '@anyhandler/core'
import { proxyKinds } from '@anyhandler/core/events'
import type { ProxyKind } from '@anyhandler/core/events'
import { judge } from '@anyhandler/core/http'
import { request } from '@anyhandler/core/request'
import { serve } from '../../support/served.ts'
import type { ServeOptions } from '../../support/served.ts'
import { sample, samples } from '../events/samples.ts'

const asks: ServeOptions = { plugin: { http: 'shape' } }
const eventFor = (kind: ProxyKind): Buffer => sample(kind === 'websocket' ? 'websocket-connect' : kind)
const others = [...samples.keys()].filter((name) => !/^(?:rest|http|url|alb|lattice|websocket)/.test(name))

async function answers(
  invoke: (invocation: Invocation) => unknown,
  options: ServeOptions,
  names: readonly string[],
): Promise<readonly string[]> {
  const { api } = await serve(invoke, options)
  const texts: string[] = []
  for (const name of names) texts.push((await api.invoke(sample(name))).text())
  return texts
}

describe('an answer with a status', () => {
  const made = (): unknown =>
    answer({ body: 'made', http: { statusCode: 201, headers: { Vary: ['a', 'b'] }, cookies: ['c=1', 'd=2'] } })

  it.each(proxyKinds)('is what the client sees behind %s', async (kind) => {
    const { api, records } = await serve(made)
    const { body, contentType } = await api.invoke(eventFor(kind))
    expect(contentType).toBe('application/json')
    const { status, headers, body: seen, findings } = judge(body, kind)
    const values = (name: string): string[] =>
      headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
    expect({ status, findings, body: Buffer.from(seen).toString() }).toEqual({
      status: 201,
      findings: [],
      body: 'made',
    })
    expect(values('vary').join(', ')).toBe('a, b')
    expect(values('content-type')).toEqual(['text/plain; charset=utf-8'])
    const single = kind === 'alb' || kind.startsWith('lattice')
    expect(values('set-cookie')).toEqual(single ? ['d=2'] : ['c=1', 'd=2'])
    expect(records.join('').includes('sends only the last cookie of an answer, so 1 are lost')).toBe(single)
  })

  it('goes to any other sender in one format', async () => {
    const expected =
      '{"statusCode":201,"headers":{"Vary":"b"},"cookies":["c=1","d=2"],"body":"made","isBase64Encoded":false}'
    expect(new Set(await answers(made, {}, others))).toEqual(new Set([expected]))
    expect(new Set(await answers(made, asks, others))).toEqual(new Set([expected]))
  })

  it('can be written by the plugin for other senders', async () => {
    const own = (): unknown => answer({ body: 'made', http: {}, unshaped: () => '{"own":1}' })
    expect(await answers(own, {}, ['sqs', 'authorizer-token'])).toEqual(['{"own":1}', '{"own":1}'])
    expect(JSON.parse((await answers(own, {}, ['rest']))[0] as string)).toMatchObject({ body: 'made' })
  })

  it('stays as it is with `shape: false`, and for a plugin that says never', async () => {
    const [before] = await answers(made, {}, ['sqs'])
    for (const options of [{ config: '{"shape":false}' }, { plugin: { http: 'never' } }] as const)
      expect(await answers(made, options, ['rest', 'http', 'alb', 'sqs'])).toEqual([before, before, before, before])
  })
})

describe('a plain result', () => {
  it('is left alone for a plugin that doesn’t ask', async () => {
    expect(await answers(() => ({ a: 1 }), {}, ['rest', 'alb'])).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('is left alone for every other sender', async () => {
    expect(new Set(await answers(() => ({ isAuthorized: true }), asks, others))).toEqual(
      new Set(['{"isAuthorized":true}']),
    )
  })

  it.each<[name: string, result: unknown, body: string, type: string]>([
    ['text', 'hello', 'hello', 'text/plain; charset=utf-8'],
    ['nothing', '', '', 'text/plain; charset=utf-8'],
    ['an object', { a: 1 }, '{"a":1}', 'application/json'],
    ['JSON text', '[1, 2]\n', '[1, 2]\n', 'application/json'],
    ['a number', 42, '42', 'application/json'],
    ['null', null, 'null', 'application/json'],
    ['a JSON string', '"quoted"', 'quoted', 'text/plain; charset=utf-8'],
    ['broken JSON', '{"a":', '{"a":', 'text/plain; charset=utf-8'],
    ['a type', answer({ body: '<p>', contentType: 'text/html' }), '<p>', 'text/html'],
    [
      'an object of another type',
      answer({ body: '{"statusCode":404}', contentType: 'text/plain' }),
      '{"statusCode":404}',
      'text/plain',
    ],
    [
      'JSON of a type of its own',
      answer({ body: '{"a":1}', contentType: 'application/geo+json' }),
      '{"a":1}',
      'application/geo+json',
    ],
    ['bytes', Buffer.from('89504e47', 'hex'), '\ufffdPNG', 'application/octet-stream'],
  ])('is the body of a 200 behind every front door: %s', async (_name, result, body, type) => {
    const { api } = await serve(() => result, asks)
    for (const kind of proxyKinds) {
      const verdict = judge((await api.invoke(eventFor(kind))).body, kind, { binaryTypes: ['*/*'] })
      expect([kind, verdict.status, verdict.findings]).toEqual([kind, 200, []])
      expect([kind, Buffer.from(verdict.body).toString()]).toEqual([kind, body])
      expect(verdict.headers.filter(([name]) => name === 'content-type')).toEqual([['content-type', type]])
    }
  })

  it('with a status is passed on, and a key that the front door doesn’t know is named in the log', async () => {
    const text = '{"statusCode": 404,"body":"no", "Body": 1}'
    const { api, records } = await serve(() => text, asks)
    for (const kind of proxyKinds) expect((await api.invoke(eventFor(kind))).text()).toBe(text)
    expect(records.join('')).toContain('REST API answers 502 because of the key `Body` of an answer')
    expect(records.join('')).toContain('Function URL ignores the key `Body` of an answer')
    expect(records).toHaveLength(8)
  })

  it('that looks like an answer without a status gets one warning', async () => {
    const { api, records } = await serve(() => ({ body: 'hi' }), asks)
    for (const kind of proxyKinds) await api.invoke(eventFor(kind))
    expect(records).toHaveLength(1)
    expect(records[0]).toContain('has the key `body` but no `statusCode`: it is sent whole')
  })

  it('has no end of warnings', async () => {
    let count = 0
    const { api, records } = await serve(() => ({ statusCode: 200, [`key${(count += 1)}`]: 1 }), asks)
    for (let i = 0; i < 50; i++) await api.invoke(sample('rest'))
    expect(records.length).toBeLessThanOrEqual(20)
  })
})

describe('a stream', () => {
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one ')
    yield Buffer.from('two')
  }

  it('is streamed where the front door can', async () => {
    const { api } = await serve(
      () => answer({ body: parts(), http: { headers: { Vary: ['a', 'b'] } }, contentType: 'text/plain' }),
      asks,
    )
    const prelude = async (name: string): Promise<unknown> => {
      const outcome = await api.invoke(sample(name))
      expect(outcome.streamed).toBe(true)
      const [head, body] = outcome.text().split('\0'.repeat(8))
      expect(body).toBe('one two')
      return JSON.parse(head as string)
    }
    expect(await prelude('url')).toEqual({ statusCode: 200, headers: { Vary: 'a, b', 'content-type': 'text/plain' } })
    expect(await prelude('rest')).toEqual({
      statusCode: 200,
      multiValueHeaders: { Vary: ['a', 'b'], 'content-type': ['text/plain'] },
    })
  })

  it.each(proxyKinds.filter((kind) => kind !== 'rest' && kind !== 'url'))('is collected behind %s', async (kind) => {
    const { api, records } = await serve(() => parts(), asks)
    const outcome = await api.invoke(eventFor(kind))
    expect(outcome.streamed).toBe(false)
    expect(Buffer.from(judge(outcome.body, kind).body).toString()).toBe('one two')
    expect(records).toHaveLength(1)
    expect(records[0]).toContain("can't stream: the answer is collected")
  })

  it('fails as itself while it is collected', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ')
      throw new HandlerError({ errorType: 'Own', message: 'no more' })
    }
    const { api } = await serve(() => answer({ body: failing(), http: {} }))
    expect((await api.invoke(sample('http'))).json()).toMatchObject({ errorType: 'Own', errorMessage: 'no more' })
  })

  it('ends at the limit of the front door, and so does who makes it', async () => {
    let ended = false
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(100_000)
      } finally {
        ended = true
      }
    }
    const { api } = await serve(() => answer({ body: endless(), http: {} }))
    expect((await api.invoke(sample('alb'))).json()).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
    expect(ended).toBe(true)
  })

  it('ends at the deadline', async () => {
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x')
      await new Promise(() => {})
    }
    const { api } = await serve(() => answer({ body: silent(), http: {} }))
    const outcome = await api.invoke(sample('http'), { timeout: 500 })
    expect(outcome.json()).toMatchObject({ errorType: 'Function.Timeout' })
  })
})

describe('a plugin', () => {
  it('has the request', async () => {
    const { api } = await serve((invocation) => `${request(invocation)?.method} ${request(invocation)?.query('limit')}`)
    expect((await api.invoke(sample('rest'))).text()).toBe('GET 20')
    expect((await api.invoke('{}')).text()).toBe('undefined undefined')
  })

  it('says how its answers are taken in one of two words', async () => {
    const { end } = await serve(() => '', { plugin: { http: 'both' as never } })
    expect(await end).toMatchObject({
      reason: 'failed',
      message: expect.stringContaining("http is 'both' in place of 'shape' or 'never'") as unknown,
    })
  })
})
