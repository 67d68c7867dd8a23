import { describe, expect, it } from 'vitest'
import { maskHeaders, maskText } from '../../../cli/src/records/mask.ts'
import { readSample, sampleNames } from '../../../cli/src/events/sample-events.ts'

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_'

/** A text, and what becomes of it. */
const texts: readonly (readonly [string, string])[] = [
  ['{"password":"hunter2","user":"ada"}', '{"password":"masked","user":"ada"}'],
  [
    '{"headers":{"Authorization":"Bearer abcdef123","x-api-key":"k","accept":"*/*"}}',
    '{"headers":{"Authorization":"masked","x-api-key":"masked","accept":"*/*"}}',
  ],
  [
    '{"multiValueHeaders":{"Cookie":["a=1","b=2"]},"cookies":["a=1"]}',
    '{"multiValueHeaders":{"Cookie":["masked","masked"]},"cookies":["masked"]}',
  ],
  ['{"body":"{\\"access_token\\":\\"t\\",\\"n\\":1}"}', '{"body":"{\\"access_token\\":\\"masked\\",\\"n\\":1}"}'],
  ['{"rawQueryString":"token=abc&page=2"}', '{"rawQueryString":"token=masked&page=2"}'],
  ['grant_type=password&password=hunter2&user=ada', 'grant_type=password&password=masked&user=ada'],
  [`signed in with ${jwt}`, 'signed in with masked'],
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic masked'],
  ['key AKIAIOSFODNN7EXAMPLE is used', 'key masked is used'],
  [
    '{"secrets":{"db":{"user":"u","port":5432}},"token":null}',
    '{"secrets":{"db":{"user":"masked","port":"masked"}},"token":null}',
  ],
  [
    '{"body":"cGFzc3dvcmQ9aHVudGVyMg==","isBase64Encoded":true}',
    '{"body":"cGFzc3dvcmQ9bWFza2Vk","isBase64Encoded":true}',
  ],
]

describe('a record', () => {
  it.each(texts)('holds no secret of %s', (text, expected) => {
    expect(maskText(text)).toBe(expected)
  })

  it.each(['{"a": 1,  "b": [true]}\n', 'hello = world?', '{"unfinished": ', ''])(
    'leaves %j as it is, byte by byte',
    (text) => {
      expect(maskText(text)).toBe(text)
    },
  )

  it('masks headers by name and by value', () => {
    expect(
      maskHeaders([
        ['Set-Cookie', 'a=1'],
        ['X-Forwarded-User', `Bearer ${jwt}`],
        ['Accept', '*/*'],
      ]),
    ).toEqual([
      ['Set-Cookie', 'masked'],
      ['X-Forwarded-User', 'Bearer masked'],
      ['Accept', '*/*'],
    ])
  })

  it('keeps every sample event JSON', () => {
    for (const name of sampleNames()) expect(() => JSON.parse(maskText(readSample(name))) as unknown).not.toThrow()
  })
})
