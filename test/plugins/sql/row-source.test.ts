import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Row } from '../../../plugins/sql/src/answer/answer.ts'
import { RowSource } from '../../../plugins/sql/src/answer/row-source.ts'
import { inspect } from '../../../plugins/sql/src/script/statement.ts'

function open(): Database.Database {
  const db = new Database(':memory:')
  onTestFinished(() => void db.close())
  db.exec(
    "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 7000) INSERT INTO t SELECT x, 'row ' || x FROM c",
  )
  return db
}

function source(db: Database.Database, text: string): RowSource {
  const all = db.prepare<unknown[], Row>(text).safeIntegers(true)
  return new RowSource(db, all, inspect({ text, offset: 0 }))
}

describe('the rows of a statement', () => {
  test.each([
    ...[0, 1, 99, 100, 101, 6399, 6400, 6401, 7000].map((n) => `SELECT n, s FROM t WHERE n <= ${n}`),
    'SELECT n FROM t ORDER BY s DESC;',
    'SELECT n, n FROM t ORDER BY s LIMIT 250 OFFSET 3; ',
    'SELECT * FROM t LIMIT 150',
    "SELECT n FROM t WHERE s <> 'limit' -- LIMIT 1\n",
    'SELECT n FROM t WHERE n IN (SELECT n FROM t LIMIT 120)',
    'SELECT n FROM t UNION ALL VALUES (-1), (-2)',
    'VALUES (1), (2) UNION ALL SELECT n FROM t',
    'WITH c AS (SELECT n FROM t LIMIT 3) SELECT * FROM c, c AS d, t',
    'SELECT count(*) FROM t',
    'EXPLAIN SELECT n FROM t',
    'PRAGMA table_info(t)',
    "SELECT value FROM json_each('[1,2,3]')",
  ])('are those that SQLite gives at once: %s', (text) => {
    const db = open()
    expect(source(db, text).read([], 'answer', 2)).toEqual(
      db.prepare<unknown[], Row>(text).safeIntegers(true).raw(true).all(),
    )
  })

  test('are bound parameters in each run', () => {
    const db = open()
    const rows = source(db, 'SELECT n FROM t WHERE n <= :most LIMIT :limit')
    expect(rows.read([{ most: 5000, limit: 130 }], 'answer', 2)).toHaveLength(130)
    expect(rows.read([{ most: 5, limit: 130 }], 'answer', 2)).toHaveLength(5)
  })

  test('are written once, and given back', () => {
    const db = open()
    const rows = source(db, 'UPDATE t SET s = s || s RETURNING n')
    expect(rows.read([], 'answer', 2)).toHaveLength(7000)
    expect(db.prepare('SELECT s FROM t WHERE n = 7').pluck().get()).toBe('row 7row 7')
  })

  test('are printed once', () => {
    const db = open()
    let printed = 0
    db.function('print', (value: unknown) => {
      printed += 1
      return value
    })
    expect(source(db, 'SELECT print(n) FROM t').read([], 'answer', 2)).toHaveLength(7000)
    expect(source(db, 'SELECT print(n) FROM t').read([], 'none', 2)).toHaveLength(0)
    expect(printed).toBe(14_000)
  })

  test.each([
    [
      'of many small rows without end',
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c',
    ],
    [
      'of large rows without end',
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT printf('%.*c', 200000, 'x') FROM c",
    ],
    [
      'of small rows first, and large ones then',
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT printf('%.*c', iif(x < 200, 1, 100000), 'x') FROM c",
    ],
    [
      'of a write',
      "WITH RECURSIVE c(x) AS (SELECT 7001 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) INSERT INTO t SELECT x, printf('%.*c', 100, 'x') FROM c RETURNING s",
    ],
  ])('are refused when they are too many: %s', (_, text) => {
    const before = process.memoryUsage.rss()
    expect(() => source(open(), text).read([], 'answer', 8)).toThrow(
      /^Response payload size \(\d+ bytes\) exceeded maximum allowed payload size \(6291556 bytes\)\.$/,
    )
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(400)
  })

  test('that are nobody’s are not gathered', () => {
    const text =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) SELECT x, 'text' FROM c"
    const db = open()
    expect(source(db, text).read([], 'none', 8)).toEqual([])
    expect(source(db, text).read([], 'perhaps', 8)).toBeGreaterThan(6_291_556)
  })
})
