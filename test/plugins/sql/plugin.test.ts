import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HandlerError, HostError } from '@anyhandler/core'
import sql from '@anyhandler/sql'
import type { SqlOptions } from '@anyhandler/sql'
import { taskFolder } from '../../support/task-folder.ts'
import { PluginRun } from './plugin-run.ts'

async function start(
  files: Readonly<Record<string, string>>,
  handlers: readonly string[],
  options: SqlOptions = {},
  concurrency = 1,
): Promise<PluginRun> {
  const run = await PluginRun.start(taskFolder(files), handlers, options, concurrency)
  onTestFinished(() => run.close())
  return run
}

const visits = {
  'migrations/1.sql': 'CREATE TABLE visits (id INTEGER PRIMARY KEY, who TEXT);',
  'visit.sql': 'INSERT INTO visits (who) VALUES (:who) RETURNING id;',
}

describe('the SQL plugin', () => {
  test('says a failure of loading with type, place and message', async () => {
    const error: unknown = await start({ 'a.sql': 'SELECT 1;\nSELECT 2 FORM x y;\n' }, ['a']).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(HandlerError)
    expect(error).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError', stackTrace: ['at a.sql:2:15'] })
  })

  test('throws a failure of the handler as a HandlerError and answers the next event', async () => {
    const run = await start({ 'a.sql': "SELECT json(event('text')) AS json;" }, ['a'])
    await expect(run.invoke('a', { text: '{' })).rejects.toMatchObject({
      name: 'HandlerError',
      errorType: 'Function.SqlError',
    })
    await expect(run.invoke('a', { text: '[]' })).resolves.toBe('{"json":"[]"}')
  })

  test('serves several handlers on one database', async () => {
    const run = await start({ ...visits, 'list.sql': '-- answer: rows\nSELECT who FROM visits;' }, ['visit', 'list'], {
      database: join(taskFolder(), 'data.db'),
    })
    await run.invoke('visit', { who: 'Ann' })
    await expect(run.invoke('list')).resolves.toBe('[{"who":"Ann"}]')
  })

  test('lets several threads apply the migrations of a new file at once', async () => {
    const file = join(taskFolder(), 'data.db')
    const run = await start(
      { ...visits, 'migrations/2.sql': "INSERT INTO visits (who) VALUES ('first');" },
      ['visit'],
      { database: file },
      4,
    )
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => run.invoke('visit', { who: String(n) })))
    expect(new Set(ids).size).toBe(20)
    const db = new Database(file, { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.prepare("SELECT count(*) AS n FROM visits WHERE who = 'first'").pluck().get()).toBe(1)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  })

  test('waits for a lock, and gives up before the deadline', async () => {
    const file = join(taskFolder(), 'data.db')
    const run = await start(visits, ['visit'], { database: file })
    const other = new Database(file)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    const lateness = async (): Promise<number> => {
      const deadline = Date.now() + 1000
      await expect(run.invoke('visit', { who: 'Ann' }, 1000)).rejects.toMatchObject({
        errorType: 'Function.DatabaseBusy',
        message:
          "visit.sql: database is locked (SQLITE_BUSY); another connection held the lock until shortly before the deadline, when the event's transaction began",
      })
      return Date.now() - deadline
    }
    // A busy machine may bring the answer too late.
    await expect.poll(lateness, { timeout: 10_000 }).toBeLessThan(0)
    setTimeout(() => other.exec('COMMIT'), 100)
    await expect(run.invoke('visit', { who: 'Bob' }, 5000)).resolves.toBe('{"id":1}')
  })

  test('follows the columns of a table that another connection changes', async () => {
    const file = join(taskFolder(), 'data.db')
    const run = await start({ ...visits, 'list.sql': 'SELECT * FROM visits;' }, ['visit', 'list'], { database: file })
    await run.invoke('visit', { who: 'Ann' })
    const other = new Database(file)
    onTestFinished(() => void other.close())
    other.exec('ALTER TABLE visits RENAME COLUMN who TO name')
    await expect(run.invoke('list')).resolves.toBe('{"id":1,"name":"Ann"}')
    other.exec('ALTER TABLE visits ADD COLUMN age INTEGER DEFAULT 7')
    await expect(run.invoke('list')).resolves.toBe('{"id":1,"name":"Ann","age":7}')
  })

  test('opens its database anew after a snapshot was restored, with random numbers of its own', async () => {
    const run = await start(
      {
        ...visits,
        'random.sql':
          'SELECT typeof(random()) AS type, random() <> random() AS differ, length(randomblob(5)) AS length;',
      },
      ['visit', 'random'],
      { database: join(taskFolder(), 'data.db') },
    )
    await run.invoke('visit', { who: 'Ann' })
    await run.restore()
    await expect(run.invoke('visit', { who: 'Bob' })).resolves.toBe('{"id":2}')
    await expect(run.invoke('random')).resolves.toBe('{"type":"integer","differ":1,"length":5}')
  })

  test('refuses a handler without a file and a function in a file', async () => {
    const root = taskFolder({ 'a.sql': 'SELECT 1;' })
    const plugin = await sql({})
    const env = { taskRoot: root, concurrency: 1, variables: {}, tmp: root, log: () => {} }
    const handler = { name: 'sql:report', plugin: 'sql', target: 'report' }
    await expect(Promise.resolve(plugin.setup({ ...env, handlers: [handler] }))).rejects.toThrow(
      "the handler 'sql:report' was not found: there is no file report.sql in the task root",
    )
    await expect(
      Promise.resolve(plugin.setup({ ...env, handlers: [{ ...handler, file: join(root, 'a.sql'), function: 'b' }] })),
    ).rejects.toThrow('an SQL file is one handler; leave it out')
    await plugin.cleanup({ ...env, handlers: [] })
  })

  test('refuses an event after its cleanup', async () => {
    const run = await PluginRun.start(taskFolder({ 'a.sql': 'SELECT 1;' }), ['a'])
    await run.close()
    await expect(run.invoke('a')).rejects.toBeInstanceOf(HostError)
  })
})
