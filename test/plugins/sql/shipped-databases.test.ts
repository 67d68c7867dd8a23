import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { badDatabases, writeDatabase } from './bad-databases.ts'
import { PluginRun } from './plugin-run.ts'

const count = { 'count.sql': 'SELECT count(*) AS n FROM t;' }

async function start(root: string, database: string): Promise<PluginRun> {
  const run = await PluginRun.start(root, ['count'], { database })
  onTestFinished(() => run.close())
  return run
}

async function failureOf(root: string, database: string): Promise<unknown> {
  return start(root, database).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe.each(['in the task root', 'outside of it'])('a database %s', (place) => {
  test.each(badDatabases)('that is $title is said to be one', async ({ make, problem, newOutside = false }) => {
    const root = taskFolder(count)
    const path = join(place === 'in the task root' ? root : taskFolder(), 'data.db')
    make(path)
    const error = await failureOf(root, path)
    if (newOutside && place !== 'in the task root') expect(error).toBeUndefined()
    else {
      expect(error).toMatchObject({ errorType: 'Runtime.DatabaseUnavailable', stackTrace: [] })
      expect((error as Error).message).toContain(`${path} ${problem}`)
    }
  })

  test('whose pages are damaged is named', async () => {
    const root = taskFolder(count)
    const path = join(place === 'in the task root' ? root : taskFolder(), 'data.db')
    writeDatabase(path)
    const bytes = readFileSync(path)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(path, bytes)
    const error = await failureOf(root, path)
    expect(error).toMatchObject({ errorType: 'Runtime.DatabaseUnavailable', stackTrace: [] })
    expect((error as Error).message).toMatch(
      new RegExp(`^${path} can't be .*: database disk image is malformed \\(SQLITE_CORRUPT\\); PRAGMA integrity_check`),
    )
  })

  test('that another process keeps for itself is named', async () => {
    const root = taskFolder(count)
    const path = join(place === 'in the task root' ? root : taskFolder(), 'data.db')
    writeDatabase(path)
    const other = new Database(path)
    onTestFinished(() => void other.close())
    other.exec('BEGIN EXCLUSIVE')
    const error = await failureOf(root, path)
    expect(error).toMatchObject({ errorType: 'Runtime.DatabaseUnavailable', stackTrace: [] })
    expect((error as Error).message).toMatch(
      new RegExp(`^${path} can't be .*: database is locked \\(SQLITE_BUSY\\); another connection held the lock`),
    )
  })

  test.runIf(process.getuid?.() === 0)('that may not be read is said to be so', async () => {
    const root = taskFolder(count)
    const folder = place === 'in the task root' ? root : taskFolder()
    const path = join(folder, 'data.db')
    writeDatabase(path)
    chmodSync(path, 0)
    for (const one of [root, folder]) chmodSync(one, 0o755)
    process.seteuid?.(65_534)
    try {
      expect(await failureOf(root, path)).toMatchObject({
        errorType: 'Runtime.DatabaseUnavailable',
        message: `${path} can't be read: permission denied; run chmod 644 on it before it is packed`,
      })
    } finally {
      process.seteuid?.(0)
    }
  })
})

describe('a shipped database that was left in the middle', () => {
  /** A writer whose transaction has reached the file, as it is while it lives. */
  function withHotJournal(folder: string): string {
    const busy = join(taskFolder(), 'data.db')
    writeDatabase(busy)
    const db = new Database(busy)
    onTestFinished(() => void db.close())
    db.exec(
      "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x + 1 FROM c WHERE x < 2000) INSERT INTO t SELECT x, printf('%.*c', 500, 'y') FROM c",
    )
    for (const part of ['', '-journal']) copyFileSync(busy + part, join(folder, `data.db${part}`))
    expect(readFileSync(join(folder, 'data.db-journal'))[0]).not.toBe(0)
    return join(folder, 'data.db')
  }

  test('is rolled back in a copy', async () => {
    const root = taskFolder(count)
    const path = withHotJournal(root)
    for (const part of ['', '-journal']) chmodSync(path + part, 0o444)
    const before = readFileSync(path)
    const run = await start(root, 'data.db')
    await expect(run.invoke('count')).resolves.toBe('{"n":2}')
    expect(run.log).toEqual([
      expect.stringMatching(
        /data\.db has a journal to roll back, which is impossible in a read-only place: copied to /,
      ),
    ])
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('is rolled back in a copy when it is attached', async () => {
    const root = taskFolder({ 'count.sql': "ATTACH 'files/data.db' AS files; SELECT count(*) AS n FROM files.t;" })
    mkdirSync(join(root, 'files'))
    withHotJournal(join(root, 'files'))
    const run = await start(root, ':memory:')
    await expect(run.invoke('count')).resolves.toBe('{"n":2}')
  })
})
