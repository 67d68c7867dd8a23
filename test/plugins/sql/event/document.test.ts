import Database from 'better-sqlite3'
import { fc } from '../../../support/properties.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JsonDocument } from '../../../../plugins/sql/src/event/document.ts'

/** Keys that SQLite's path syntax can name, some of them awkward. */
const key = fc.oneof(
  fc.constantFrom('a', 'b', '0', '1', 'a.b', '[0]', '__proto__', 'constructor', 'naïve', '日本', ' ', '#'),
  fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('x', 'y', '.', ' ', '$', "'", 'é') }),
)

const leaf = fc.oneof(
  fc.string(),
  fc.constantFrom('"', '\\', '\\"', '{', '[1,2]', '\u2028', '🙂', '\t'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

/** Every place in a value, as a path in SQLite's way. */
function pathsOf(value: unknown, path = '$'): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  const steps = Array.isArray(value)
    ? value.map((item, index) => [`[${index}]`, item] as const)
    : Object.entries(value).map(([name, item]) => [`."${name}"`, item] as const)
  return [path, ...steps.flatMap(([step, item]) => pathsOf(item, path + step))]
}

describe("event() finds what SQLite's own json_extract() finds", () => {
  let db: Database.Database
  beforeAll(() => {
    db = new Database(':memory:')
  })
  afterAll(() => void db.close())

  test('at every place of any document, however it is laid out', () => {
    const extract = db
      .prepare<[object], { value: unknown; type: string; json: string }>(
        'SELECT value, typeof(value) AS type, json_type(:text, :path) AS json FROM (SELECT json_extract(:text, :path) AS value)',
      )
      .safeIntegers(true)
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const document = new JsonDocument(Buffer.from(text), 'the event')
        for (const path of pathsOf(value)) {
          const theirs = extract.get({ text, path })
          const ours = document.at(path)
          if (theirs?.json === 'object' || theirs?.json === 'array')
            expect(JSON.parse(ours as string)).toEqual(JSON.parse(theirs.value as string))
          else expect([path, ours, sqlType(ours)]).toEqual([path, theirs?.value, theirs?.type])
        }
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    '1',
    '1.0',
    '-1',
    '1e3',
    '1E-3',
    '9007199254740993',
    '-9223372036854775808',
    '9223372036854775807',
    '9223372036854775808',
    '123456789012345678901234567890',
    '0.1',
    '-0.0',
  ])('for the number %s', (number) => {
    const text = `{"n": ${number}}`
    const theirs = db
      .prepare<[string], { value: unknown; type: string }>("SELECT json_extract(?, '$.n') AS value")
      .safeIntegers(true)
      .get(text)
    expect(new JsonDocument(text, 'the event').at('n')).toEqual(theirs?.value)
  })
})

function sqlType(value: unknown): string {
  if (value === null) return 'null'
  return { string: 'text', bigint: 'integer', number: 'real' }[typeof value as string] ?? 'blob'
}
