import type { Database } from 'better-sqlite3'
import type { Script } from '../script/script.ts'

const schema = 'anyhandler_counters'

/**
 * `last_insert_rowid()` and `changes()` belong to the connection: an event that inserts nothing would see the number of the one before it.
 * SQLite has no statement that resets them, but a row 0 in a database of our own and an update of no row do.
 */
export interface Counters {
  reset(): void
}

/** Made only for handlers that ask for them. */
export function counters(db: Database, scripts: readonly Script[]): Counters | undefined {
  if (!scripts.some(({ text }) => /\b(?:last_insert_rowid|changes)\b/i.test(text))) return undefined
  db.exec(`ATTACH ':memory:' AS ${schema}; CREATE TABLE ${schema}.${schema} (id INTEGER PRIMARY KEY)`)
  const row = db.prepare(`INSERT OR REPLACE INTO ${schema}.${schema} VALUES (0)`)
  const none = db.prepare(`UPDATE ${schema}.${schema} SET id = 0 WHERE FALSE`)
  return {
    reset: () => {
      row.run()
      none.run()
    },
  }
}
