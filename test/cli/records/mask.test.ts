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
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: masked'],
  [`got {'password': 'hunter2', 'user': 'ada'}`, `got {'password': 'masked', 'user': 'ada'}`],
  ['log: {"password":"hunter2"}', 'log: {"password":"masked"}'],
  ['{"token":"a"}\n{"token":"b"}', '{"token":"masked"}\n{"token":"masked"}'],
  ['with password: hunter2, and user: ada', 'with password: masked, and user: ada'],
  ['token=abc;REST&page=2', 'token=masked&page=2'],
  ['/?api%5Fkey=abc&page=2', '/?api%5Fkey=masked&page=2'],
  ['{"db_pwd":"x","spin":"y"}', '{"db_pwd":"masked","spin":"y"}'],
  ['postgres://ada:hunter2@db/links is used', 'postgres://masked@db/links is used'],
  ['"{\\"password\\":\\"hunter2\\"}"', '"{\\"password\\":\\"masked\\"}"'],
  [
    `{"kinesis":{"data":"${Buffer.from('{"token":"t"}').toString('base64')}"}}`,
    `{"kinesis":{"data":"${Buffer.from('{"token":"masked"}').toString('base64')}"}}`,
  ],
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

  it.each(['a', 'eyJaaaaaaaa-', "a:'", 'a=', '//a:', 'a: '])('is made in no time of a long text of %j', (part) => {
    const start = performance.now()
    maskText(part.repeat(300_000 / part.length))
    // Where the time grows with the square of the length it takes minutes.
    expect(performance.now() - start).toBeLessThan(5_000)
  })

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
