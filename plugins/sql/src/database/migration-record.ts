import type { Database } from 'better-sqlite3'
import { decodeSql } from '../script/decode.ts'

const columns = 'name TEXT PRIMARY KEY, applied_at TEXT NOT NULL, checksum TEXT'

/** Name → checksum of applied migrations; null for those that an old version recorded without one. */
export type Applied = ReadonlyMap<string, string | null>

/** The content of `anyhandler_migrations`. */
export function appliedMigrations(db: Database): Applied {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'anyhandler_migrations'").get()) return new Map()
  const checksum = hasChecksums(db) ? 'checksum' : 'NULL'
  return new Map(
    db.prepare<[], [string, string | null]>(`SELECT name, ${checksum} FROM anyhandler_migrations`).raw().all(),
  )
}

/** Call it inside a transaction that writes. */
export function makeRecord(db: Database): void {
  db.exec(`CREATE TABLE IF NOT EXISTS anyhandler_migrations (${columns}) WITHOUT ROWID`)
  if (!hasChecksums(db)) db.exec('ALTER TABLE anyhandler_migrations ADD COLUMN checksum TEXT')
}

export function record(db: Database, name: string, checksum: string | null): void {
  db.prepare("INSERT INTO anyhandler_migrations VALUES (?, datetime('now'), ?)").run(name, checksum)
}

/** Adds missing checksums. */
export function addChecksums(db: Database, checksums: ReadonlyMap<string, string>): void {
  makeRecord(db)
  const add = db.prepare('UPDATE anyhandler_migrations SET checksum = ? WHERE name = ? AND checksum IS NULL')
  for (const [name, checksum] of checksums) add.run(checksum, name)
}

/** The checksum of a migration's text; line endings and encoding don't count. */
export function checksumOf(bytes: Buffer): string {
  const { hash } = process.getBuiltinModule('node:crypto')
  return hash('sha256', decodeSql(bytes).text.replaceAll('\r\n', '\n'), 'hex')
}

function hasChecksums(db: Database): boolean {
  return (
    db.prepare("SELECT 1 FROM pragma_table_info('anyhandler_migrations') WHERE name = 'checksum'").get() !== undefined
  )
}
