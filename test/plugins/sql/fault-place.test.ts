import Database from 'better-sqlite3'
import { fc } from '../../support/properties.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure } from '../../../plugins/sql/src/script/failure.ts'
import { parseScript } from '../../../plugins/sql/src/script/script.ts'
import { sqliteTokens } from '../../../plugins/sql/src/script/sqlite-tokens.ts'
import { blame } from '../../../plugins/sql/src/database/run-plain.ts'

/** Parts of statements that are right, with all that could be taken for a place: none of them holds an error. */
const expression = fc.constantFrom(
  ':name',
  '@other',
  '$third',
  ':größe',
  "'text; with -- marks'",
  "'it''s :name ::'",
  '"quoted name"',
  '1.5e3',
  '0x1F',
  "x'00FF'",
  'a || b',
  "doc ->> '$.x'",
  'a << 2 >= b',
  '(a <> b)',
  'count(*)',
  'CASE WHEN a THEN b ELSE :name END',
  "'日本 🙂 é'",
  'größe',
  'a NOT IN (1, 2)',
  'CAST(a AS TEXT)',
  'sum(a) OVER (PARTITION BY b)',
)
const gap = fc.constantFrom(' ', '\n', '\r\n', '\t', ' -- :name ::bad\r\n', ' /* ;\n :: */ ', '\n-- größe 🙂\n')
const select = fc
  .tuple(fc.array(expression, { minLength: 1, maxLength: 6 }), fc.array(gap, { minLength: 10, maxLength: 10 }))
  .map(([parts, gaps]) => {
    const columns = parts.map((part, index) => `${gaps[index % gaps.length]}${part}`).join(',')
    return `SELECT${columns}${gaps[8]}FROM t${gaps[9]}WHERE a = :name`
  })
const schema = 'CREATE TABLE t (a, b, doc, "quoted name", größe)'

/** What is wrong wherever an expression has just ended: how it is written, and where in it SQLite stops. */
const fault = fc.constantFrom(
  ['::integer', 0],
  ['^ 2', 0],
  ['FORM x', 0],
  ['|| || 1', 3],
  ['! 1', 0],
  ['{', 0],
  ['1_', 0],
  ["x'0'", 0],
  ['#x', 0],
  ["'open", 0],
  [':name', 0],
  ['12ab', 0],
) as fc.Arbitrary<readonly [string, number]>

describe('the place of a syntax error is the one that SQLite means', () => {
  let db: Database.Database
  beforeAll(() => {
    db = new Database(':memory:')
    db.exec(schema)
  })
  afterAll(() => void db.close())

  const placeOf = (script: string): string | undefined => {
    const source = parseScript('h.sql', Buffer.from(script), 'handler')
    for (const statement of source.statements) {
      try {
        db.prepare(statement.text)
      } catch (error) {
        return failure(blame(db, error, source, statement, 'load')).stackTrace?.[0]
      }
    }
    return undefined
  }

  test('with an error put at a known place into scripts that are right', () => {
    fc.assert(
      fc.property(
        fc.array(select, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('\n', '\r\n'),
        fault,
        fc.nat(),
        ([...statements], lineEnd, [text, offset], which) => {
          const right = statements.join(`;${lineEnd}`)
          expect(placeOf(right)).toBeUndefined()
          // A string that is left open takes all that follows.
          const at = text === "'open" ? statements.length - 1 : which % statements.length
          statements[at] += ` ${text}`
          const before = statements.slice(0, at).map((one) => `${one};${lineEnd}`)
          const place = before.join('').length + (statements[at] as string).length - text.length + offset
          const script = statements.join(`;${lineEnd}`)
          expect(placeOf(script)).toBe(`at h.sql:${positionOf(script, place)}`)
        },
      ),
      { numRuns: 3000, seed: 16 },
    )
  })

  test('with a token of a right script replaced, wherever it stands', () => {
    fc.assert(
      fc.property(select, fc.nat(), (statement, which) => {
        const tokens = sqliteTokens(statement)
        const token = tokens[1 + (which % (tokens.length - 1))] as (typeof tokens)[number]
        const script = `${statement.slice(0, token.start)}^${statement.slice(token.end)};`
        expect(placeOf(script)).toBe(`at h.sql:${positionOf(script, token.start)}`)
      }),
      { numRuns: 3000, seed: 16 },
    )
  })
})

/** Counted apart from the plugin's own way: line ends are `\n`, columns are UTF-16 units. */
function positionOf(script: string, offset: number): string {
  const lines = script.slice(0, offset).split('\n')
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}
