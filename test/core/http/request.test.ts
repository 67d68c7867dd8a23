import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { kindOf } from '@anyhandler/core/events'
import { request } from '@anyhandler/core/request'
import type { HttpRequest } from '@anyhandler/core/request'
import { sample, samples } from '../events/samples.ts'
import { eventOf, requestKinds, requestRows } from './requests.ts'

const read = (event: Buffer | object): HttpRequest => {
  const found = request({ event: Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event)) })
  if (!found) throw new Error('it is no request')
  return found
}
const parsed = (name: string): Record<string, unknown> => JSON.parse(sample(name).toString()) as Record<string, unknown>

describe('request', () => {
  it.each(requestRows.flatMap((row) => requestKinds.map((kind) => [row.name, kind, row] as const)))(
    'reads %s behind %s',
    (_name, kind, row) => {
      const event = eventOf(row.request, kind)
      expect(kindOf(event)).toBe(kind)
      const found = read(event)
      expect(found.kind).toBe(kind)
      expect(found.method).toBe(row.method)
      expect(found.path).toBe(row.path)
      for (const part of ['query', 'header', 'cookie', 'field'] as const)
        for (const [name, value] of Object.entries(row[part] ?? {}))
          expect([part, name, found[part](name)]).toEqual([part, name, value])
      if (typeof row.body === 'string') expect(Buffer.from(found.body ?? []).toString()).toBe(row.body)
      else if (row.body) expect(Buffer.from(found.body ?? []).toString('hex')).toBe(row.body.hex)
    },
  )

  it('joins the values of a header where the front door gives them all', () => {
    const headers = [
      ['Vary', 'a'],
      ['vary', 'b'],
    ] as const
    for (const kind of requestKinds) {
      const found = read(eventOf({ method: 'GET', target: '/', headers, time: 0 }, kind))
      expect(found.header('vary')).toBe(kind === 'alb' ? 'b' : 'a, b')
    }
  })

  it('knows path parameters, where there are routes', () => {
    expect(read(sample('rest-path-parameter')).param('slug')).toBe('way')
    expect(read(sample('http-path-parameter')).param('slug')).toBe('way')
    expect(read(sample('url')).param('slug')).toBeUndefined()
    expect(read(sample('alb')).param('constructor')).toBeUndefined()
  })

  it('leaves the stage out of the path', () => {
    const staged = (rawPath: string): HttpRequest => {
      const event = parsed('http')
      return read({ ...event, rawPath, requestContext: { ...(event['requestContext'] as object), stage: 'prod' } })
    }
    expect(staged('/prod/links').path).toBe('/links')
    expect(staged('/prod').path).toBe('/')
    expect(staged('/product').path).toBe('/product')
  })

  it('reads the samples', () => {
    expect(read(sample('rest')).query('tag')).toBe('b')
    expect(read(sample('http')).query('tag')).toBe('b')
    expect(read(sample('http')).cookie('theme')).toBe('dark')
    expect(read(sample('http-form')).field('slug')).toBe('way')
    expect(read(sample('url-post')).field('url')).toBe('https://example.com/a/long/way')
    expect(read(sample('lattice')).path).toBe('/links')
    expect(read(sample('lattice-1')).query('limit')).toBe('20')
    expect(read(sample('websocket-connect')).header('sec-websocket-protocol')).toBe('chat')
    expect(read(sample('websocket-message')).field('action')).toBe('send')
    expect(read(sample('alb')).query('q')).toBe('a b')
  })

  it('is none for any other event', () => {
    const names = [...samples.keys()].filter((name) => !/^(?:rest|http|url|alb|lattice|websocket)/.test(name))
    for (const name of names) expect(request({ event: sample(name) })).toBeUndefined()
    expect(request({ event: Buffer.from('{}') })).toBeUndefined()
    expect(request({ event: Buffer.from(`${sample('rest').toString()}]`) })).toBeUndefined()
  })

  it('has an answer for whatever stands in the event', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('rest', 'http', 'url', 'alb', 'alb-multi', 'lattice', 'lattice-1'),
        fc.string(),
        fc.jsonValue(),
        (name, key, value) => {
          const event = parsed(name)
          const keys = Object.keys(event).filter((known) => known !== 'requestContext' && known !== 'version')
          const found = request({
            event: Buffer.from(JSON.stringify({ ...event, [keys[key.length % keys.length] as string]: value })),
          })
          for (const part of ['param', 'query', 'header', 'cookie', 'field'] as const)
            expect(typeof found?.[part](key)).toMatch(/^(?:string|undefined)$/)
          expect(typeof found?.path).toMatch(/^(?:string|undefined)$/)
        },
      ),
    )
  })
})
