import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../../plugins/sql/src/database/connection.ts'
import type { Connection, ConnectionPlan } from '../../../../plugins/sql/src/database/connection.ts'
import { findDatabase, isNetwork, isWal } from '../../../../plugins/sql/src/database/database-file.ts'
import { parseScript } from '../../../../plugins/sql/src/script/script.ts'
import { taskFolder } from '../../../support/task-folder.ts'

function open(path: string, more: Partial<ConnectionPlan>): Connection {
  const folder = taskFolder()
  const connection = connect({
    file: { path, readonly: false, network: false, wal: true },
    places: { taskRoot: folder, folders: [] },
    tmp: folder,
    migrations: undefined,
    onConnect: undefined,
    scripts: [],
    register: () => {},
    note: () => {},
    ...more,
  })
  onTestFinished(() => void connection.db.close())
  return connection
}

function walFile(): string {
  const file = join(taskFolder(), 'data.db')
  const db = new Database(file)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)')
  db.close()
  return file
}

const rollback = { readonly: false, network: true, wal: false }

describe('a database file', () => {
  test('is put into WAL mode on a local disk', () => {
    const file = join(taskFolder(), 'data.db')
    expect(open(file, {}).db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(isWal(file)).toBe(true)
  })

  test('keeps a rollback journal on a network', () => {
    const path = join(taskFolder(), 'data.db')
    expect(open(path, { file: { path, ...rollback } }).db.pragma('journal_mode', { simple: true })).toBe('delete')
  })

  test('is taken out of WAL mode on a network, and can be locked by others afterwards', () => {
    const path = walFile()
    const { db } = open(path, { file: { path, ...rollback } })
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete')
    const other = new Database(path)
    onTestFinished(() => void other.close())
    other.exec('INSERT INTO t VALUES (2)')
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(2)
  })

  test('is not put into WAL mode on a network by on_connect.sql either', () => {
    const path = join(taskFolder(), 'data.db')
    const onConnect = parseScript('on_connect.sql', Buffer.from('PRAGMA journal_mode = WAL;'), 'connection')
    expect(() => open(path, { file: { path, ...rollback }, onConnect })).toThrow(
      'is on a network file system, where WAL corrupts databases',
    )
  })

  test('is copied out of WAL mode once, together with what is only in its -wal file', () => {
    const path = walFile()
    const writer = new Database(path)
    onTestFinished(() => void writer.close())
    writer.exec('INSERT INTO t VALUES (2)')
    const notes: string[] = []
    const tmp = taskFolder()
    const find = () =>
      findDatabase('data.db', 'auto', { taskRoot: join(path, '..'), tmp, note: (line) => void notes.push(line) })
    const first = find()
    expect(find()).toEqual(first)
    expect(notes).toHaveLength(1)
    const copy = new Database(first.path, { readonly: true })
    onTestFinished(() => void copy.close())
    expect(copy.prepare('SELECT count(*) FROM t').pluck().get()).toBe(2)
    expect(isWal(first.path)).toBe(false)
  })

  test('is local or on a network as statfs says', () => {
    expect(isNetwork('/proc')).toBe([0x6969, 0x01_02_19_97].includes(statfsSync('/proc').type))
  })
})
