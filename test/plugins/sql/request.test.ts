import { describe, expect, it } from 'vitest'
import { proxyKinds } from '@anyhandler/core/events'
import { judge } from '@anyhandler/core/http'
import { eventOf, requestKinds, requestRows } from '../../core/http/requests.ts'
import type { RequestRow } from '../../core/http/requests.ts'
import { sample, samples } from '../../core/events/samples.ts'
import { serveFiles } from '../../support/serve-files.ts'
import { folder } from '../../support/folder.ts'

const parts = ['query', 'header', 'cookie', 'field'] as const

/** A handler that answers what the row asks of, and its answer. */
function questions(row: RequestRow): { readonly sql: string; readonly expected: object } {
  const asked = parts.flatMap((part) =>
    Object.entries(row[part] ?? {}).map(([name, value]) => ({
      call: `CAST(${part}('${name.replaceAll("'", "''")}') AS TEXT)`,
      value: value ?? null,
    })),
  )
  const calls = ['method()', 'path()', ...asked.map(({ call }) => call), "coalesce(hex(body()), '')"]
  const values = [row.method, row.path, ...asked.map(({ value }) => (value === 'true' ? '1' : value))]
  const body = Buffer.from(row.request.body ?? [])
    .toString('hex')
    .toUpperCase()
  return {
    sql: `SELECT ${calls.map((call, index) => `${call} AS c${index}`).join(', ')};\n`,
    expected: [...values, body],
  }
}

describe('the request in SQL', () => {
  it.each(requestRows.map((row) => [row.name, row] as const))(
    'is the same behind every front door: %s',
    async (_name, row) => {
      const { sql, expected } = questions(row)
      const { invoke } = await serveFiles(
        folder({ 'hello.sql': sql, 'anyhandler.config.json': '{"shape":false}' }),
        'hello',
      )
      for (const kind of requestKinds) {
        const answer = (await invoke(eventOf(row.request, kind))).json() as object
        expect([kind, Object.values(answer)]).toEqual([kind, expected])
      }
    },
  )

  it('is NULL for any other event', async () => {
    const sql =
      "SELECT method() a, path() b, param('a') c, query('a') d, header('a') e, cookie('a') f, field('a') g, body() h;\n"
    const { invoke } = await serveFiles(folder({ 'hello.sql': sql }), 'hello')
    for (const name of [...samples.keys()].filter((key) => /^(?:sqs|authorizer|s3|appsync)/.test(key)))
      expect(new Set(Object.values((await invoke(sample(name))).json() as object))).toEqual(new Set([null]))
    expect((await invoke('not json')).text()).toContain('null')
  })

  it('types the numbers of a JSON body as those of the event', async () => {
    const sql =
      "-- answer: row\nSELECT typeof(field('i')) i, typeof(field('r')) r, typeof(field('t')) t, field('big') big, field('o') o;\n"
    const { invoke } = await serveFiles(
      folder({ 'hello.sql': sql, 'anyhandler.config.json': '{"shape":false}' }),
      'hello',
    )
    const body = Buffer.from('{"i":7,"r":1.5,"t":"7","big":9007199254740993,"o":{"a":[1]}}')
    const event = eventOf({ method: 'POST', target: '/', headers: [], body, time: 0 }, 'rest')
    expect((await invoke(event)).text()).toBe(
      '{"i":"integer","r":"real","t":"text","big":9007199254740993,"o":"{\\"a\\":[1]}"}',
    )
  })

  it('leaves names to functions of the author’s own', async () => {
    const files = {
      'hello.sql': "SELECT query('a') q, header('a') h;\n",
      'functions.js': "export default (db) => db.function('query', (name) => `own ${name}`)\n",
      'anyhandler.config.json': '{"shape":false,"plugins":{"sql":{"options":{"functions":"./functions.js"}}}}',
    }
    const { invoke } = await serveFiles(folder(files), 'hello')
    expect((await invoke(sample('rest'))).json()).toEqual({ q: 'own a', h: null })
  })
})

describe('an HTTP answer in SQL', () => {
  it('is what the client sees behind every front door', async () => {
    const sql = `SELECT 201 statusCode, json_object('Vary', json_array('a', 'b'), 'content-type', 'text/plain') headers,
  json_array('c=1', 'd=2') cookies, 'made' body;\n`
    const { invoke } = await serveFiles(folder({ 'hello.sql': sql }), 'hello')
    for (const kind of proxyKinds) {
      const { status, headers, body, findings } = judge(
        (await invoke(sample(kind === 'websocket' ? 'websocket-connect' : kind))).body,
        kind,
      )
      const values = (name: string): string =>
        headers
          .filter(([other]) => other.toLowerCase() === name)
          .map(([, value]) => value)
          .join(', ')
      expect([kind, status, Buffer.from(body).toString(), findings]).toEqual([kind, 201, 'made', []])
      expect([values('vary'), values('content-type')]).toEqual(['a, b', 'text/plain'])
      const single = kind === 'alb' || kind.startsWith('lattice')
      expect([kind, values('set-cookie')]).toEqual([kind, single ? 'd=2' : 'c=1, d=2'])
    }
  })

  it.each<[name: string, sql: string, expected: object]>([
    [
      'a blob',
      "SELECT 200 statusCode, x'89504e47' body, json_object('content-type','image/png') headers",
      { body: 'iVBORw==', isBase64Encoded: true },
    ],
    [
      'base64 that is text',
      "SELECT 200 statusCode, 'aGk=' body, 1 isBase64Encoded",
      { body: 'hi', isBase64Encoded: false },
    ],
    ['a number', 'SELECT 200 statusCode, 42 body', { body: '42', headers: { 'content-type': 'application/json' } }],
    [
      'NULL',
      'SELECT 204 statusCode, NULL body, NULL headers',
      { statusCode: 204, body: '', headers: { 'content-type': 'text/plain; charset=utf-8' } },
    ],
    ['no body', 'SELECT 404 statusCode', { statusCode: 404, body: '' }],
    [
      'lists',
      `SELECT 200 statusCode, '{"a":["1","2"]}' multiValueHeaders, '{"b":"3","a":"4"}' headers`,
      { headers: { a: '1, 2', b: '3' } },
    ],
  ])('may have %s', async (_name, sql, expected) => {
    const { invoke } = await serveFiles(folder({ 'hello.sql': `${sql};\n` }), 'hello')
    expect((await invoke(sample('http'))).json()).toMatchObject(expected)
  })

  it('names the columns that it leaves out', async () => {
    const { invoke, records } = await serveFiles(
      folder({ 'hello.sql': "SELECT 200 statusCode, 'x' body, 1 hits;\n" }),
      'hello',
    )
    expect(Object.keys((await invoke(sample('rest'))).json() as object)).not.toContain('hits')
    expect(records.join('')).toContain('the key `hits` of an answer is left out')
    expect((await invoke('{}')).text()).toBe('{"statusCode":200,"body":"x","hits":1}')
  })
})
