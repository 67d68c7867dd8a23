import type { Database } from 'better-sqlite3'
import type { Script } from '../script/script.ts'

const schema = 'anyhandler_counters'

/**
 * `last_insert_rowid()` and `changes()` belong to the connection: an event that inserts nothing would see the numbers
 * of an earlier event. SQLite has no statement to reset them, but a row 0 in a separate database and an update of no
 * row do it.
 */
export interface Counters {
  reset(): void
}

/** Created only for handlers that use these functions. */
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
