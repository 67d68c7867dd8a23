import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { proxyKinds } from '@anyhandler/core/events'
import type { ProxyKind } from '@anyhandler/core/events'
import { judge, shape } from '@anyhandler/core/http'
import type { HttpAnswer, Verdict } from '@anyhandler/core/http'
import { shapeRows } from './shape-rows.ts'

const rows = shapeRows.flatMap(({ name, means, out }) =>
  Object.entries(out).map(([kind, expected]) => [name, kind as ProxyKind, means, expected] as const),
)

const bytesOf = ({ body }: HttpAnswer): Buffer => Buffer.from(body as string)
const seen = (means: HttpAnswer, kind: ProxyKind): Verdict =>
  judge(Buffer.from(shape(means, kind)), kind, { binaryTypes: ['*/*'] })
const valuesOf = ({ headers }: Verdict, wanted: string): string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)

describe('shape', () => {
  it.each(rows)('%s, behind %s', (_name, kind, means, expected) => {
    expect(JSON.parse(shape(means, kind))).toEqual(expected)
    const verdict = seen(means, kind)
    expect(verdict.findings).toEqual([])
    expect(verdict.status).toBe(means.http.statusCode ?? 200)
    expect(Buffer.from(verdict.body).equals(bytesOf(means))).toBe(true)
  })

  it.each(shapeRows.map(({ name, means }) => [name, means] as const))(
    '%s: the same client sees the same behind every front door',
    (_name, means) => {
      const views = proxyKinds.map((kind) => {
        const verdict = seen(means, kind)
        const header = (name: string): string => valuesOf(verdict, name).join(', ')
        const { cookies = [], headers = {} } = means.http
        const lossy = kind === 'alb' || kind.startsWith('lattice')
        return {
          status: verdict.status,
          body: Buffer.from(verdict.body).toString('hex'),
          vary: header('vary'),
          type: header('content-type'),
          cookies: lossy && cookies.length > 0 ? [...cookies, headers['set-cookie']] : valuesOf(verdict, 'set-cookie'),
        }
      })
      for (const view of views) expect(view).toEqual(views[0])
    },
  )
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/)
const value = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/)
const plainHeaders = fc
  .dictionary(token, fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 })), { maxKeys: 8 })
  .filter(
    (headers) =>
      !Object.keys(headers).some((name) =>
        /^(?:set-cookie|content-(?:type|encoding)|authorization|connection|date|host|server|te|trailer|upgrade|keep-alive|www-authenticate)$/i.test(
          name,
        ),
      ),
  )
const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  http: fc.record(
    {
      statusCode: fc.integer({ min: 100, max: 599 }),
      headers: plainHeaders,
      cookies: fc.array(value, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
  body: fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array(), fc.json()),
})
const kinds = fc.constantFrom(...proxyKinds)

describe('the judge of what shape writes', () => {
  it('sees the handler’s own status, body, headers and cookies, and has nothing to say', () => {
    fc.assert(
      fc.property(answers, kinds, (means, kind) => {
        const verdict = seen(means, kind)
        expect(verdict.findings).toEqual([])
        expect(verdict.status).toBe(means.http.statusCode ?? 200)
        expect(Buffer.from(verdict.body).equals(bytesOf(means))).toBe(true)
        for (const [name, given] of Object.entries(means.http.headers ?? {})) {
          const own = Object.entries(means.http.headers ?? {}).filter(
            ([other]) => other.toLowerCase() === name.toLowerCase(),
          )
          const expected = own.flatMap(([, values]) => values)
          expect([given].flat().length).toBeGreaterThan(0)
          expect(valuesOf(verdict, name.toLowerCase()).join(', ')).toBe(expected.join(', '))
        }
        const cookies = means.http.cookies ?? []
        const single = kind === 'alb' || kind.startsWith('lattice')
        expect(valuesOf(verdict, 'set-cookie')).toEqual(single ? cookies.slice(-1) : cookies)
      }),
      { numRuns: 1_000 },
    )
  })

  it('names the limit that an answer is over', () => {
    const over: fc.Arbitrary<readonly [HttpAnswer, RegExp, readonly ProxyKind[]]> = fc.oneof(
      fc
        .oneof(
          fc.integer({ min: -1_000, max: 99 }),
          fc.integer({ min: 600, max: 9_999 }),
          fc.double({ min: 100.1, max: 100.9 }),
        )
        .map((statusCode) => [{ http: { statusCode }, body: '' }, /statusCode/, proxyKinds] as const),
      fc
        .integer({ min: 11_000, max: 12_000 })
        .map(
          (length) =>
            [
              { http: { headers: { a: 'x'.repeat(length) } }, body: '' },
              /10,240 bytes/,
              ['rest', 'http-1.0', 'http'] as const,
            ] as const,
        ),
      fc
        .constantFrom('a\nb', 'a\r\nb: c', '\0')
        .map((text) => [{ http: { headers: { a: text } }, body: '' }, /line break/, proxyKinds] as const),
      fc
        .constantFrom('a b', '', 'ä', 'a:')
        .map((name) => [{ http: { headers: { [name]: 'x' } }, body: '' }, /name of a header/, proxyKinds] as const),
    )
    fc.assert(
      fc.property(over, kinds, ([means, limit, where], kind) => {
        if (!where.includes(kind)) return
        const verdict = seen(means, kind)
        expect(verdict.findings.map(({ message }) => message).join('\n')).toMatch(limit)
      }),
    )
    for (const kind of proxyKinds) {
      expect(seen({ http: {}, body: 'x'.repeat(6_400_000) }, kind).findings[0]?.message).toMatch(
        /over the limit of [16] MB/,
      )
      expect(seen({ http: {}, body: Buffer.alloc(5_300_000, 0xff) }, kind).findings[0]?.message).toMatch(
        /MB in base64, over the limit of [16] MB/,
      )
    }
  })
})
