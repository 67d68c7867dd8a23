import { effort, fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { kindOf } from '@anyhandler/core/events'
import { makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { request } from '@anyhandler/core/request'
import { Picker } from '../../../core/src/host/picker.ts'
import { RouteTable } from '../../../core/src/routes/route-table.ts'
import { readRouteKey } from '../../../core/src/routes/route-key.ts'
import type { RouteKey } from '../../../core/src/routes/route-key.ts'
import { rows, routes } from './route-rows.ts'

const dialects = ['rest', 'http', 'url', 'alb', 'http-1.0', 'alb-multi', 'lattice', 'lattice-1'] as const

function eventOf(line: string, kind: RequestKind, accept?: string): Buffer {
  const [method = '', ...target] = line.split(' ')
  const headers = accept === undefined ? [] : ([['Accept', accept]] as const)
  return Buffer.from(JSON.stringify(makeEvent({ method, target: target.join(' '), headers, time: 0 }, kind)))
}

describe('routes', () => {
  const picker = new Picker({ routes })

  it('have a table of tests with 60 rows', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60)
  })

  describe.each(dialects)('of %s', (kind) => {
    it.each(rows)('answer %s', (line, expected) => {
      const event = eventOf(line, kind)
      const choice = picker.pick(event)
      if (expected === 404 || 'allow' in expected) {
        const { http } = 'answer' in choice ? choice.answer : { http: undefined }
        const status = expected === 404 ? 404 : 405
        expect(http?.statusCode).toBe(status)
        expect(http?.headers?.['allow']).toBe(expected === 404 ? undefined : expected.allow.join(', '))
        return
      }
      const [run, key, params = {}] = expected
      if ('answer' in choice) throw new Error(`${line} is answered with ${choice.answer.http?.statusCode}`)
      expect(choice.run).toBe(run)
      const written = JSON.parse(Buffer.from(choice.event).toString()) as Record<string, unknown>
      const found = request(choice)
      expect(Object.fromEntries((found?.names('param') ?? []).map((name) => [name, found?.param(name)]))).toEqual(
        params,
      )
      if (kind === 'http' || kind === 'url') expect(written['routeKey']).toBe(key)
      if (kind === 'rest' || kind === 'http-1.0') expect(written['resource']).toBe(key.slice(key.indexOf(' ') + 1))
    })
  })

  it('are told parameters without the event where its bytes are to stay', () => {
    const untouched = new Picker({ routes, routing: { event: 'untouched' } })
    const event = eventOf('GET /links/a%20b', 'rest')
    const choice = untouched.pick(event)
    expect(choice).toMatchObject({ run: 'show', params: { id: 'a b' } })
    if ('answer' in choice) return
    expect(Buffer.from(choice.event).equals(event)).toBe(true)
    expect(request(choice)?.param('id')).toBe('a b')
    expect(request(choice)?.names('param')).toEqual(['id'])
  })

  it('leave out a stage, and a base path of the configuration', () => {
    const based = new Picker({ routes, routing: { basePath: ['/v1', '/v1/beta'] } })
    const run = (line: string, kind: RequestKind): string | undefined => {
      const choice = based.pick(eventOf(line, kind))
      return 'run' in choice ? choice.run : undefined
    }
    for (const kind of dialects) {
      expect(run('GET /v1/links', kind)).toBe('list')
      expect(run('GET /v1/beta/links/7', kind)).toBe('show')
      expect(run('GET /v1', kind)).toBe('home')
      expect(run('GET /v10', kind)).toBe('follow')
      expect(run('GET /links', kind)).toBe('list')
    }
    const staged = JSON.parse(eventOf('GET /links', 'http').toString()) as Record<string, Record<string, unknown>>
    const event = {
      ...staged,
      rawPath: '/prod/v1/links',
      requestContext: { ...staged['requestContext'], stage: 'prod' },
    }
    expect(based.pick(Buffer.from(JSON.stringify(event)))).toMatchObject({ run: 'list' })
  })

  it.each<[accept: string | undefined, type: string]>([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/problem+json', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/plain; charset=utf-8'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/plain;q=0.5, application/json', 'application/json'],
    ['TEXT/PLAIN, application/json;q=0.1', 'text/plain; charset=utf-8'],
    ['image/png', 'application/json'],
    ['text/plain;q=x', 'application/json'],
  ])('answer a request that accepts %s in %s', (accept, type) => {
    for (const kind of dialects) {
      const choice = picker.pick(eventOf('GET /a/b', kind, accept))
      expect('answer' in choice && choice.answer.http?.headers?.['content-type']).toBe(type)
    }
  })
})

describe('any path', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'links',
      'files',
      'new',
      'stats',
      'hooks',
      'github',
      '',
      '.',
      '..',
      '%2F',
      '%2f',
      '%25',
      '%',
      '%zz',
      '%C3',
      '%00',
      '{slug}',
      '+',
      '*',
      '__proto__',
      'settings',
      'meta',
    ),
    fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[?#\ud800-\udfff]/g, '')),
    fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/g, ''))),
  )
  const path = fc.oneof(
    fc.array(part, { maxLength: 9 }).map((parts) => `/${parts.join('/')}`),
    fc.nat(8192).map((length) => `/files/${'a/%2e%2e/'.repeat(1000)}`.slice(0, length + 1)),
    fc.nat(8192).map((length) => `/${'x'.repeat(length)}`),
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'BREW')

  it('reaches the handler that a plain reading of the rules gives, in every dialect', () => {
    const picker = new Picker({ routes })
    fc.assert(
      fc.property(method, path, fc.constantFrom(...dialects), (verb, target, kind) => {
        const event = eventOf(`${verb} ${target}`, kind)
        expect(kindOf(event)).toBe(kind)
        const choice = picker.pick(event)
        const expected = plainly(routes, verb, request({ event })?.path ?? '')
        if ('run' in choice) {
          expect(choice.run).toBe(expected?.run)
          JSON.parse(Buffer.from(choice.event).toString())
        } else expect(expected).toBe(undefined)
      }),
      { numRuns: 2_000 * effort },
    )
  })

  it('reaches the right handler in tables of any shape', () => {
    const segment = fc.constantFrom('a', 'b', '{x}', '{y}', '..')
    const key = fc
      .tuple(fc.constantFrom('GET', 'POST', 'ANY', 'GET,PUT'), fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(([methods, segments, greedy]) => `${methods} /${[...segments, ...(greedy ? ['{rest+}'] : [])].join('/')}`)
    const short = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '..'), { maxLength: 5 })
      .map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 12 }),
        fc.array(fc.tuple(method, short), { minLength: 1, maxLength: 10 }),
        (keys, requests) => {
          const table = Object.fromEntries(distinct(keys).map((one) => [one, one]))
          const made = new RouteTable(table)
          for (const [verb, target] of requests)
            expect(made.match(verb, target).route?.run).toBe(plainly(table, verb, target)?.run)
        },
      ),
      { numRuns: 1_000 * effort },
    )
  })
})

/**
 * Keys that can be read, without those that say again what another one said: as the configuration's check lets pass.
 */
function distinct(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return keys.filter((key) => {
    const read = readRouteKey(key)
    if ('problem' in read) return false
    const shapes = read.methods.map((one) => `${one} ${read.path.replaceAll(/\{\w+(\+?)\}/g, '{$1}')}`)
    if (shapes.some((shape) => seen.has(shape))) return false
    for (const shape of shapes) seen.add(shape)
    return true
  })
}

/** The rules once more, in the plainest way: all routes are tried, the most exact one that has the method wins. */
function plainly(table: Readonly<Record<string, string>>, method: string, path: string): { run: string } | undefined {
  const wanted = path.length > 1 ? path.replace(/\/$/, '') : path
  const fitting = Object.entries(table).flatMap(([key, run]) => {
    const read = readRouteKey(key) as RouteKey
    const pattern = read.segments.map((segment) => {
      if (segment.kind === 'literal') return `/${segment.text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`
      return segment.kind === 'param' ? '/[^/]+' : '/[^]+'
    })
    if (!new RegExp(`^${pattern.join('') || '/'}$`).test(wanted)) return []
    const rank = read.methods.includes(method)
      ? 0
      : method === 'HEAD' && read.methods.includes('GET')
        ? 1
        : read.methods.includes('ANY')
          ? 2
          : 9
    const shape = read.segments.map(({ kind }) => ({ literal: 'a', param: 'b', greedy: 'c' })[kind]).join('')
    return rank === 9 ? [] : [{ run, order: `${shape}|${rank}` }]
  })
  return fitting.toSorted((one, other) => (one.order < other.order ? -1 : 1))[0]
}
