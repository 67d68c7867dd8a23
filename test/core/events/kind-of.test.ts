import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { isProxyKind, kindOf, proxyKinds } from '@anyhandler/core/events'
import type { EventKind } from '@anyhandler/core/events'
import { expectedKind } from './expected-kind.ts'
import { sample, samples } from './samples.ts'

const kind = (event: unknown): EventKind => kindOf(Buffer.from(JSON.stringify(event)))
const parsed = (name: string): Record<string, unknown> => JSON.parse(sample(name).toString()) as Record<string, unknown>

/** The kind of a sample is the beginning of its name. */
const kindNames: readonly string[] = [
  ...proxyKinds,
  'authorizer-token',
  'authorizer-request',
  'authorizer-http-1.0',
  'authorizer-http',
  'authorizer-websocket',
  'appsync-authorizer',
  'appsync',
  'sqs',
  'sns',
  'kinesis',
  'dynamodb',
  'kafka',
  'firehose',
  's3-batch',
  's3',
  'eventbridge',
  'schedule',
  'cognito',
  'custom-resource',
].toSorted((a, b) => b.length - a.length)
const kindInName = (name: string): string => kindNames.find((known) => `${name}-`.startsWith(`${known}-`)) ?? 'none'

describe('kindOf', () => {
  it.each([...samples])('recognises the sample %s', (name, bytes) => {
    expect(kindOf(bytes)).toBe(kindInName(name))
    expect(kind(JSON.parse(bytes.toString()))).toBe(kindInName(name))
  })

  it('has a sample of every kind', () => {
    expect(new Set([...samples.keys()].map(kindInName))).toEqual(new Set(kindNames))
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a plain event', { name: 'World' }],
    ['a list', [1, 2]],
    ['a string', 'requestContext'],
    ['null', null],
    ['a batch of nothing', { Records: [] }],
    ['a batch of an unknown source', { Records: [{ eventSource: 'aws:unknown' }] }],
    ['a REST event without its context', { ...parsed('rest'), requestContext: null }],
    ['a REST event without a resource', { ...parsed('rest'), resource: undefined }],
    ['payload 2.0 without a route', { ...parsed('http'), routeKey: undefined }],
    ['payload 3.0', { ...parsed('http'), version: '3.0' }],
    ['payload 1.1', { ...parsed('http-1.0'), version: '1.1' }],
    ['the keys of a request in its body', { body: JSON.stringify(parsed('rest')) }],
    ['an authorizer of an unknown type', { ...parsed('authorizer-token'), type: 'OTHER' }],
    ['an authorizer that looks like payload 2.0', { ...parsed('authorizer-http'), version: '1.0' }],
    ['arguments alone', { arguments: {} }],
  ])('takes %s for other', (_name, event) => {
    expect(kind(event)).toBe('other')
  })

  it.each([
    '',
    ' ',
    '{',
    '{"',
    '{"a',
    '{"a"',
    '{"a":',
    '{"a":"',
    '{"requestContext":{',
    'null',
    '{"a" "b"}',
    '\0',
    '{"a":1,}',
    '}{',
  ])('takes the bytes %j for other', (text) => {
    expect(kindOf(Buffer.from(text))).toBe('other')
  })

  it('is not misled by any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(kindOf(bytes)).toBe('other')
      }),
    )
  })

  it('says the same as a look at the parsed event, whatever the order of its keys, its blanks, its lengths and what is missing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples.values()),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.constantFrom(undefined, 1, '\t', '\r\n  '),
        fc.constantFrom('', 'x'.repeat(3_000), '"\\"{[,:'.repeat(2_000), '\\'.repeat(2_501), 'é"}'.repeat(5_000)),
        fc.boolean(),
        (bytes, order, blanks, body, drop) => {
          const event = JSON.parse(bytes.toString()) as Record<string, unknown>
          if (Array.isArray(event)) return
          const random = (): number => order.next().value as number
          const keys = Object.keys(event)
            .map((key) => [random(), key] as const)
            .toSorted(([a], [b]) => a - b)
            .map(([, key]) => key)
          if (drop) keys.splice(Math.floor(random() * keys.length), 1)
          const changed = Object.fromEntries(
            keys.map((key) => [key, key === 'body' && typeof event[key] === 'string' ? body : event[key]]),
          )
          const shown = Buffer.from(JSON.stringify(changed, undefined, blanks))
          expect(kindOf(shown)).toBe(expectedKind(changed))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('finds what stands behind a body of 6 MB', () => {
    for (const name of ['rest', 'http', 'url', 'alb', 'alb-multi', 'lattice', 'lattice-1', 'websocket-message']) {
      const event = parsed(name)
      const { body: _body, ...others } = event
      const body = 'a "quoted" \\ word '.repeat(350_000)
      expect(kind({ ...event, body })).toBe(kindOf(sample(name)))
      expect(kind({ body, ...others })).toBe(kindOf(sample(name)))
    }
    const { Records } = parsed('sqs') as { Records: object[] }
    expect(kind({ Records: [{ ...Records[0], body: '"y" '.repeat(250_000) }] })).toBe('sqs')
  })

  it('shapes the answers of front doors only', () => {
    const proxied = [...samples].filter(([, bytes]) => isProxyKind(kindOf(bytes))).map(([name]) => kindInName(name))
    expect(new Set(proxied)).toEqual(new Set(proxyKinds))
  })

  // The best of many rounds: the machine does other things, too.
  it.each(['rest', 'sqs'])(
    'looks at the beginning of %s only: 6 MB take no more than twenty times what 1 KB takes',
    (name) => {
      const event = parsed(name)
      const sized = (length: number): Buffer =>
        Buffer.from(
          JSON.stringify(
            name === 'sqs'
              ? { Records: Array(Math.ceil(length / 600)).fill((event['Records'] as object[])[0]) }
              : { ...event, body: 'x'.repeat(length) },
          ),
        )
      const fastest = (bytes: Buffer): number => {
        for (let i = 0; i < 2_000; i++) kindOf(bytes)
        const rounds = Array.from({ length: 20 }, () => {
          const start = performance.now()
          for (let i = 0; i < 50; i++) kindOf(bytes)
          return performance.now() - start
        })
        return Math.min(...rounds)
      }
      expect(fastest(sized(6_000_000)) / fastest(sized(200))).toBeLessThan(20)
    },
  )
})
