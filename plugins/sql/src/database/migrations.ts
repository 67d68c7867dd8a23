import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { SqlFailure, transactionFailure } from '../script/failure.ts'
import { displayName, parseScript, readBytes } from '../script/script.ts'
import type { Script } from '../script/script.ts'
import { migrationFiles } from './migration-files.ts'
import { addChecksums, appliedMigrations, checksumOf, makeRecord, record } from './migration-record.ts'
import { addedRows, danglingRows } from './references.ts'
import { runPlain } from './run-plain.ts'

/**
 * Applies the new migrations of the folder, in order: each in a transaction of its own, recorded in
 * `anyhandler_migrations`. Several workers may do it at the same time.
 * @throws SqlFailure naming file and line; earlier migrations stay applied. `Runtime.MigrationChanged` before any is
 * applied.
 */
export function migrate(db: Database, folder: string, taskRoot: string): void {
  const names = migrationFiles(folder, taskRoot)
  if (names.length === 0) return
  const read = (name: string): Buffer => readBytes(join(folder, name), taskRoot, 'migration')
  const display = (name: string): string => displayName(join(folder, name), taskRoot)
  const applied = appliedMigrations(db)
  const missing = new Map<string, string>()
  for (const name of names) {
    const known = applied.get(name)
    if (known === undefined) continue
    const checksum = checksumOf(read(name))
    if (known === null) missing.set(name, checksum)
    else if (known !== checksum) throw changed(db, name, display(name))
  }
  if (missing.size > 0 && !db.readonly) db.transaction(() => addChecksums(db, missing)).immediate()
  for (const name of names) {
    if (applied.has(name)) continue
    if (db.readonly) {
      throw new SqlFailure(
        'Runtime.MigrationPending',
        `${display(name)} is not applied, and ${db.name} is opened read-only: apply it before you ship the file, or set plugins.sql.options.migrations to false`,
      )
    }
    const content = read(name)
    // Each process makes its own database in memory, so there is nothing to compare with.
    const checksum = db.memory ? null : checksumOf(content)
    withoutForeignKeys(db, () => apply(db, parseScript(display(name), content, 'migration'), name, checksum))
  }
}

function changed(db: Database, name: string, display: string): SqlFailure {
  return new SqlFailure(
    'Runtime.MigrationChanged',
    `${display} differs from the migration that was applied to ${db.name}; put the change into a new migration, or delete ${db.name} if its rows are not needed, or, if the database already has the change, run UPDATE anyhandler_migrations SET checksum = NULL WHERE name = '${name}'`,
  )
}

/**
 * SQLite's procedure for changes beyond `ALTER TABLE` makes a new table, drops the old one and renames the new one.
 * With foreign keys on, the drop would delete the rows that refer to it. They can only be turned off outside of a
 * transaction. See https://www.sqlite.org/lang_altertable.html#otheralter
 */
function withoutForeignKeys(db: Database, work: () => void): void {
  db.pragma('foreign_keys = OFF')
  try {
    work()
  } finally {
    db.pragma('legacy_alter_table = OFF')
    db.pragma('foreign_keys = ON')
  }
}

function apply(db: Database, script: Script, name: string, checksum: string | null): void {
  attempt('began', script, () => db.exec('BEGIN IMMEDIATE'))
  try {
    // Another worker may have applied it meanwhile.
    if (!appliedMigrations(db).has(name)) {
      makeRecord(db)
      const before = danglingRows(db)
      for (const statement of script.statements) runPlain(db, script, statement)
      refuseAdded(script, before, danglingRows(db))
      record(db, name, checksum)
    }
    attempt('ended', script, () => db.exec('COMMIT'))
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function attempt(moment: 'began' | 'ended', script: Script, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw transactionFailure(error, script, moment, 'load')
  }
}

type Found = ReturnType<typeof danglingRows>

/** @throws SqlFailure for references that this migration broke. */
function refuseAdded(script: Script, before: Found, after: Found): void {
  if (typeof after === 'string') {
    if (before !== after) throw violation(script, `${after}; give the referenced table the key that is meant`)
    return
  }
  // If references couldn't be checked before, there is nothing to compare with.
  const added = typeof before === 'string' ? [] : addedRows(before, after)
  const [first] = added
  if (!first) return
  const { table, rowid, parent, values } = first
  const row = rowid === null ? 'a row' : `the row ${rowid}`
  const others = added.length === 1 ? '' : ` (and ${added.length - 1} more)`
  throw violation(
    script,
    `${row} of ${table}${others} refers to a missing row of ${parent}${values && `: ${values}`}; ON DELETE and ON UPDATE don't act in a migration, so change both tables in it`,
  )
}

function violation(script: Script, message: string): SqlFailure {
  return new SqlFailure('Runtime.ForeignKeyViolation', `${script.name}: ${message}`, [`at ${script.name}`])
}
