import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { membersFrom } from '../../../core/src/events/json-walk.ts'
import { writeParams } from '../../../core/src/routes/written-params.ts'

const route = { key: 'GET /links/{slug}', path: '/links/{slug}', run: 'follow' }
const plain = { key: 'GET /links', path: '/links', run: 'list' }

type Kind = Parameters<typeof writeParams>[2]
function write(text: string, kind: Kind, params: Readonly<Record<string, string>> = { slug: 'a' }): string {
  const event = Buffer.from(text)
  return writeParams(event, [...membersFrom(event, 0)], kind, {
    route: Object.keys(params).length > 0 ? route : plain,
    params,
  }).toString()
}

describe('the parameters of a route', () => {
  it.each<[what: string, kind: Kind, event: string, written: string]>([
    [
      'replace those of API Gateway in place',
      'rest',
      '{"resource":"/{proxy+}","path":"/links/a","pathParameters":{"proxy":"links/a"},"n":1.0}',
      '{"resource":"/links/{slug}","path":"/links/a","pathParameters":{"slug":"a"},"n":1.0}',
    ],
    [
      'replace the key of the route',
      'http',
      '{"routeKey":"$default","pathParameters":{"proxy":"x"},"requestContext":{"routeKey":"$default"}}',
      '{"routeKey":"GET /links/{slug}","pathParameters":{"slug":"a"},"requestContext":{"routeKey":"$default"}}',
    ],
    [
      'stand first where the event had none',
      'http',
      '{ "routeKey" : "$default" }',
      '{ "pathParameters":{"slug":"a"},"routeKey" : "GET /links/{slug}" }',
    ],
    [
      'are added to the event of an ALB',
      'alb',
      '{"path":"/links/a"}',
      '{"pathParameters":{"slug":"a"},"path":"/links/a"}',
    ],
    [
      'stand there once where the event has a key twice',
      'rest',
      '{"pathParameters":1,"a":2,"pathParameters":3,"resource":"/"}',
      '{"a":2,"pathParameters":{"slug":"a"},"resource":"/links/{slug}"}',
    ],
    [
      'are found under a key that is written with escapes',
      'alb',
      String.raw`{"path\u0050arameters":1}`,
      String.raw`{"path\u0050arameters":{"slug":"a"}}`,
    ],
  ])('%s', (_what, kind, event, written) => {
    expect(write(event, kind)).toBe(written)
  })

  it.each<[kind: Kind, event: string, written: string]>([
    ['rest', '{"resource":"/{p+}","pathParameters":{"p":"links"}}', '{"resource":"/links","pathParameters":null}'],
    ['http', '{"routeKey":"$default","pathParameters":{"p":"l"},"a":1}', '{"routeKey":"GET /links","a":1}'],
    ['http', '{"a":1, "routeKey":"$default" , "pathParameters":{"p":"l"} }', '{"a":1, "routeKey":"GET /links" }'],
    ['http', '{"routeKey":"x","a":1,"pathParameters":1,"pathParameters":2}', '{"routeKey":"GET /links","a":1}'],
    ['alb', '{"path":"/links"}', '{"path":"/links"}'],
  ])('of a route without any are what %s has then', (kind, event, written) => {
    expect(write(event, kind, {})).toBe(written)
  })

  it('change nothing else, whatever the event is', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((one) => JSON.stringify(one))
    const key = fc.oneof(fc.constantFrom('pathParameters', 'routeKey', 'resource'), fc.string({ maxLength: 6 }))
    const blank = fc.constantFrom('', '', ' ', '\n\t', '  ')
    const member = fc
      .tuple(blank, key, blank, blank, value, blank)
      .map(([a, name, b, c, json, d]) => `${a}${JSON.stringify(name)}${b}:${c}${json}${d}`)
    const text = fc.array(member, { minLength: 1, maxLength: 8 }).map((members) => `{"version":2,${members.join(',')}}`)
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('rest', 'http', 'alb'),
        fc.dictionary(fc.string(), fc.string()),
        (event, kind, params) => {
          const written = write(event, kind, params)
          const has = Object.keys(params).length > 0
          const edited = {
            rest: ['resource', 'pathParameters'],
            http: ['routeKey', 'pathParameters'],
            alb: ['pathParameters'],
          }[kind]
          // The members that are none of these: the same bytes, in the same order.
          const others = (source: string): readonly string[] => {
            const bytes = Buffer.from(source)
            const members = [...membersFrom(bytes, 0)]
            return members.flatMap((one, index) => {
              const next = members[index + 1]
              return edited.includes(one.key)
                ? []
                : [
                    bytes
                      .subarray(one.keyAt, next?.keyAt ?? -1)
                      .toString()
                      .replace(/\s*,?\s*$/, ''),
                  ]
            })
          }
          expect(others(written)).toEqual(others(event))
          const parsed = JSON.parse(written) as Record<string, unknown>
          expect(parsed['pathParameters']).toEqual(has ? params : kind === 'rest' ? null : undefined)
          const keys = [...membersFrom(Buffer.from(written), 0)]
            .map((one) => one.key)
            .filter((one) => edited.includes(one))
          expect(keys).toEqual([...new Set(keys)])
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('the members of an object', () => {
  it('are those that a parser finds, at any length', () => {
    const long = fc.string({ maxLength: 40 }).map((text) => `${text}"\\`.repeat(60))
    const value = fc.oneof(fc.jsonValue(), long)
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.string(), fc.constant('köln')), value, { maxKeys: 8 }),
        fc.nat(3),
        (object, indent) => {
          const text = JSON.stringify(object, undefined, indent)
          const bytes = Buffer.from(text)
          const found = [...membersFrom(bytes, 0)]
          expect(found.map(({ key }) => key)).toEqual(Object.keys(JSON.parse(text) as object))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('end early in what is no JSON, and never throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => `{"a":${text}`),
        ),
        (text) => {
          expect([...membersFrom(Buffer.from(text), 0)].length).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })
})
