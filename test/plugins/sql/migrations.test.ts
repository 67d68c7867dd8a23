import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { PluginRun } from './plugin-run.ts'

const first = 'CREATE TABLE t (n INTEGER);\r\nINSERT INTO t VALUES (1);\r\n'
const handler = { 'sum.sql': 'SELECT sum(n) AS n FROM t;' }

async function sum(root: string, database: string): Promise<string> {
  const run = await PluginRun.start(root, ['sum'], { database })
  try {
    return await run.invoke('sum')
  } finally {
    await run.close()
  }
}

function read<Value>(file: string, sql: string): Value[] {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  return db.prepare<[], Value>(sql).pluck().all()
}

function write(file: string, sql: string): void {
  const db = new Database(file)
  db.exec(sql)
  db.close()
}

describe('a migration that was applied', () => {
  test('may change how its lines end, and its encoding, and nothing else', async () => {
    const root = taskFolder({ ...handler, 'migrations/1.sql': first })
    const file = join(taskFolder(), 'data.db')
    await sum(root, file)
    writeFileSync(join(root, 'migrations/1.sql'), first.replaceAll('\r\n', '\n'))
    await sum(root, file)
    writeFileSync(join(root, 'migrations/1.sql'), `\uFEFF${first}`, 'utf16le')
    await expect(sum(root, file)).resolves.toBe('{"n":1}')
    writeFileSync(join(root, 'migrations/1.sql'), first.replace('1)', '2)'))
    writeFileSync(join(root, 'migrations/0.sql'), 'CREATE TABLE earlier (n);')
    await expect(sum(root, file)).rejects.toMatchObject({
      errorType: 'Runtime.MigrationChanged',
      message: `migrations/1.sql differs from the migration that was applied to ${file}; put the change into a new migration, or delete ${file} if its rows are not needed, or, if the database already has the change, run UPDATE anyhandler_migrations SET checksum = NULL WHERE name = '1.sql'`,
    })
    expect(read(file, "SELECT name FROM sqlite_schema WHERE name = 'earlier'")).toEqual([])
    write(file, "UPDATE anyhandler_migrations SET checksum = NULL WHERE name = '1.sql'")
    await expect(sum(root, file)).resolves.toBe('{"n":1}')
  })

  test('by an earlier version gets its checksum at the first start', async () => {
    const root = taskFolder({ ...handler, 'migrations/1.sql': first })
    const file = join(taskFolder(), 'data.db')
    write(
      file,
      `${first} CREATE TABLE anyhandler_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) WITHOUT ROWID; INSERT INTO anyhandler_migrations VALUES ('1.sql', '2026-01-01')`,
    )
    await expect(sum(root, file)).resolves.toBe('{"n":1}')
    expect(read(file, 'SELECT checksum FROM anyhandler_migrations')).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(read(file, 'SELECT applied_at FROM anyhandler_migrations')).toEqual(['2026-01-01'])
    writeFileSync(join(root, 'migrations/1.sql'), `${first}-- more`)
    await expect(sum(root, file)).rejects.toMatchObject({ errorType: 'Runtime.MigrationChanged' })
  })

  test('is only compared in a read-only database', async () => {
    const root = taskFolder({ ...handler, 'migrations/1.sql': first })
    const file = join(root, 'data.db')
    write(
      file,
      `${first} CREATE TABLE anyhandler_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) WITHOUT ROWID; INSERT INTO anyhandler_migrations VALUES ('1.sql', '2026-01-01')`,
    )
    await expect(sum(root, 'data.db')).resolves.toBe('{"n":1}')
    expect(existsSync(`${file}-wal`)).toBe(false)
    expect(read(file, "SELECT name FROM pragma_table_info('anyhandler_migrations')")).toEqual(['name', 'applied_at'])
  })
})

describe('rows that refer to nothing', () => {
  const tables = `CREATE TABLE a (id INTEGER PRIMARY KEY);
    CREATE TABLE b (x TEXT, a INTEGER REFERENCES a);
    CREATE TABLE w (k TEXT PRIMARY KEY, a INTEGER REFERENCES a) WITHOUT ROWID;`
  /** Row numbers have gaps, so that a rebuilt table numbers its rows anew. */
  const data = `PRAGMA foreign_keys = OFF; ${tables}
    INSERT INTO a VALUES (1), (2);
    INSERT INTO b VALUES ('gone', 1), ('fine', 2), ('wrong', 77); DELETE FROM b WHERE x = 'gone';
    INSERT INTO w VALUES ('wrong', 78);`

  async function migrated(migration: string): Promise<string> {
    const file = join(taskFolder(), 'data.db')
    write(file, data)
    const root = taskFolder({ 'sum.sql': 'SELECT count(*) AS n FROM b;', 'migrations/1.sql': migration })
    return sum(root, file)
  }

  test('may stay when they were there before, also in a table that is built anew', async () => {
    await expect(
      migrated(
        'CREATE TABLE c (a INTEGER REFERENCES a, x TEXT); INSERT INTO c SELECT a, x FROM b; DROP TABLE b; ALTER TABLE c RENAME TO b;',
      ),
    ).resolves.toBe('{"n":2}')
  })

  test.each([
    ["INSERT INTO b VALUES ('new', 5);", 'the row 4 of b refers to a missing row of a: a = 5;'],
    ["INSERT INTO b VALUES ('same', 77);", 'of b refers to a missing row of a: a = 77;'],
    ['UPDATE b SET a = 76 WHERE a = 77;', 'the row 3 of b refers to a missing row of a: a = 76;'],
    ["INSERT INTO w VALUES ('new', 5);", 'a row of w refers to a missing row of a;'],
    ['DROP TABLE a;', 'the row 2 of b refers to a missing row of a: a = 2;'],
    [
      'CREATE TABLE n (x TEXT); CREATE TABLE m (x REFERENCES n (x));',
      'foreign key mismatch - "m" referencing "n"; give the referenced table',
    ],
  ])('are refused when %s adds them', async (migration, message) => {
    await expect(migrated(migration)).rejects.toMatchObject({
      errorType: 'Runtime.ForeignKeyViolation',
      message: expect.stringContaining(message) as string,
    })
  })
})
