import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { SqlFailure } from '../script/failure.ts'
import { runPlain } from './run-plain.ts'
import { displayName, readScript } from '../script/script.ts'

const recordTable =
  'CREATE TABLE IF NOT EXISTS anyhandler_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) WITHOUT ROWID'

/**
 * Applies what the folder holds and the database hasn't seen: in order of the names (a leading number counts as a number), each in a
 * transaction of its own, recorded in `anyhandler_migrations`. Several workers may do it at once.
 * @throws SqlFailure naming file and line; what was applied before stays.
 */
export function migrate(db: Database, folder: string, taskRoot: string): void {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.sql'))
        .toSorted(inOrder)
    : []
  if (names.length === 0) return
  const done = applied(db)
  for (const name of names) {
    if (done.has(name)) continue
    const file = join(folder, name)
    if (db.readonly) {
      throw new SqlFailure(
        'Runtime.MigrationPending',
        `${displayName(file, taskRoot)} is not applied, and ${db.name} is opened read-only: ship the file with it applied, or set plugins.sql.options.migrations to false`,
      )
    }
    const script = readScript(file, taskRoot, 'migration')
    db.exec('BEGIN IMMEDIATE')
    try {
      // Another worker may have been faster.
      if (!applied(db).has(name)) {
        db.exec(recordTable)
        for (const statement of script.statements) runPlain(db, script, statement)
        db.prepare("INSERT INTO anyhandler_migrations VALUES (?, datetime('now'))").run(name)
      }
      db.exec('COMMIT')
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}

function applied(db: Database): Set<string> {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'anyhandler_migrations'").get()) return new Set()
  return new Set(db.prepare<[], string>('SELECT name FROM anyhandler_migrations').pluck().all())
}

function inOrder(left: string, right: string): number {
  const difference = Number.parseInt(left, 10) - Number.parseInt(right, 10)
  if (difference) return difference
  return left < right ? -1 : 1
}
