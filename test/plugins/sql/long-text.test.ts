import { expect, onTestFinished, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { jsonString, longText } from '../../../plugins/sql/src/answer/json-pieces.ts'
import { PluginRun } from './plugin-run.ts'

const controls = Array.from({ length: 32 }, (_, code) => String.fromCodePoint(code)).join('')
const special = `${controls}"\\/'\u007F\u0080ü\u2028\u2029日本\u{1F600}\uFFFD\uFFFF\0`

const front = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'POST', path: '/' }, domainName: 'example.com' },
  isBase64Encoded: false,
}

async function start(files: Readonly<Record<string, string>>, options = {}): Promise<PluginRun> {
  const names = Object.keys(files).flatMap((name) => (name.endsWith('.sql') ? [name.slice(0, -'.sql'.length)] : []))
  const run = await PluginRun.start(taskFolder(files), names, options)
  onTestFinished(() => run.close())
  return run
}

test.each([
  ['each special character', special],
  ['quotes alone', '"'],
  ['backslashes alone', '\\'],
  ['latin text', 'Grüße '],
  ['an event', '{"a":[1,"b\\n",null],"ü":"\\u0000"}'],
])('a long text of %s becomes the same JSON as a short one', (_, part) => {
  const text = part.repeat(Math.ceil(longText / part.length))
  const long = jsonString(text)
  expect(long).toBeInstanceOf(Uint8Array)
  expect(Buffer.from(long).toString()).toBe(JSON.stringify(text))
})

test('a text below the limit stays a string, and one at the limit becomes bytes', () => {
  expect(jsonString('a'.repeat(longText - 1))).toBe(`"${'a'.repeat(longText - 1)}"`)
  expect(Buffer.from(jsonString('a'.repeat(longText))).toString()).toBe(`"${'a'.repeat(longText)}"`)
})

test('an answer keeps long texts, short texts and other values in their places', async () => {
  const run = await start({
    'row.sql': "SELECT 1 AS a, event('text') AS b, 'ü' AS c, event('text') AS d, NULL AS e, 1.5 AS f;",
    'rows.sql': "-- answer: rows\nSELECT event('text') AS a UNION ALL SELECT 2 UNION ALL SELECT 'c';",
    'value.sql': "-- answer: value\nSELECT event('text');",
    'whole.sql': "SELECT event('') AS event;",
    'front.sql': "SELECT 201 AS statusCode, event('text') AS body, event('text') AS more;",
  })
  const text = special.repeat(1000)
  const parsed = async (name: string): Promise<unknown> => JSON.parse(await run.invoke(name, { text }))
  // Several times: the memory of an answer moves to the main thread.
  for (let round = 0; round < 3; round += 1) {
    expect(await run.invoke('row', { text })).toBe(JSON.stringify({ a: 1, b: text, c: 'ü', d: text, e: null, f: 1.5 }))
    expect(await parsed('rows')).toEqual([{ a: text }, { a: 2 }, { a: 'c' }])
    expect(await parsed('value')).toBe(text)
    expect(await parsed('whole')).toEqual({ event: JSON.stringify({ text }) })
    expect(await parsed('front')).toEqual({ statusCode: 201, body: text, more: text })
  }
})

test("a user's function that replaces json_quote has no effect on a long text", async () => {
  const functions = "export default (db) => void db.function('json_quote', (value) => `replaced ${value}`)\n"
  const run = await start(
    { 'functions.mjs': functions, 'a.sql': "SELECT event('text') AS a, json_quote(1) AS b;" },
    { functions: 'functions.mjs' },
  )
  const text = 'a"b'.repeat(longText)
  expect((await run.invoke('a', { text })) === JSON.stringify({ a: text, b: 'replaced 1' })).toBe(true)
})

test('an event of any length and any characters arrives unchanged, also as a request', async () => {
  const run = await start({
    'whole.sql': "-- answer: value\nSELECT event('');",
    'body.sql': '-- answer: value\nSELECT body();',
  })
  for (const length of [1, 1000, 100_000, 400_000]) {
    for (const part of ['a', 'ü', '日', '\u{1F600}']) {
      const event = { ...front, body: part.repeat(length) }
      expect(JSON.parse(await run.invoke('whole', event)) === JSON.stringify(event)).toBe(true)
      expect(JSON.parse(await run.invoke('body', event)) === event.body).toBe(true)
    }
  }
})
