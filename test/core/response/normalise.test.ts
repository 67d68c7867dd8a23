import { answer } from '@anyhandler/core'
import { describe, expect, it } from 'vitest'
import { normalise } from '../../../core/src/response/normalise.ts'
import type { Outgoing } from '../../../core/src/response/normalise.ts'

const text = ({ body }: Outgoing): string => Buffer.from(body as Uint8Array).toString()

describe('what invoke gives back', () => {
  it.each([
    ['text', 'Zoë', 'Zoë'],
    ['bytes', Buffer.from([0x5a, 0x6f]), 'Zo'],
    ['data', { a: [1, null, 'x'] }, '{"a":[1,null,"x"]}'],
    ['a whole number beyond 2^53', { n: 9007199254740993n }, '{"n":9007199254740993}'],
    ['nothing', undefined, 'null'],
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('goes out as JSON or as it is: %s', (_what, value, expected) => {
    const outgoing = normalise(value)
    expect([text(outgoing), outgoing.contentType]).toEqual([expected, 'application/json'])
  })

  it('keeps the body and content type of an answer', () => {
    const outgoing = normalise(answer({ body: '<p>', contentType: 'text/html' }))
    expect([text(outgoing), outgoing.contentType]).toEqual(['<p>', 'text/html'])
  })

  it('makes a proxy response of an answer with an HTTP head', () => {
    const outgoing = normalise(
      answer({
        body: 'Zoë',
        contentType: 'text/plain',
        http: { statusCode: 404, headers: { 'X-A': 'b' }, cookies: ['c=d'] },
      }),
    )
    expect(JSON.parse(text(outgoing))).toEqual({
      statusCode: 404,
      headers: { 'X-A': 'b', 'content-type': 'text/plain' },
      cookies: ['c=d'],
      body: 'Zoë',
      isBase64Encoded: false,
    })
    expect(outgoing.contentType).toBe('application/json')
  })

  it('sends a body that is no text as base64 in a proxy response', () => {
    const body = Buffer.from([0, 255, 128])
    expect(JSON.parse(text(normalise(answer({ body, http: {} }))))).toEqual({
      statusCode: 200,
      headers: {},
      body: body.toString('base64'),
      isBase64Encoded: true,
    })
  })

  it('leaves a content type that stands among the headers', () => {
    const outgoing = normalise(
      answer({ body: 'x', contentType: 'text/plain', http: { headers: { 'Content-Type': 'text/html' } } }),
    )
    expect(JSON.parse(text(outgoing))).toMatchObject({ headers: { 'Content-Type': 'text/html' } })
  })

  it('streams an async iterable', () => {
    async function* parts() {
      yield Buffer.from('x')
    }
    const stream = parts()
    expect(normalise(stream)).toEqual({ body: stream, contentType: 'application/octet-stream' })
    expect(normalise(answer({ body: stream, contentType: 'text/plain' })).contentType).toBe('text/plain')
  })
})
