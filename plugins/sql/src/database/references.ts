import type { Database } from 'better-sqlite3'

/** A row that refers to a missing row. */
export interface Dangling {
  readonly table: string
  /** Absent for a table `WITHOUT ROWID`. */
  readonly rowid: bigint | null
  readonly parent: string
  /** `customer_id = 7`; empty for a table `WITHOUT ROWID`. */
  readonly values: string
}

/**
 * All broken references of the main database.
 * @returns A text instead when SQLite can't check because a foreign key itself is malformed.
 */
export function danglingRows(db: Database): readonly Dangling[] | string {
  const keys = new Map<string, readonly string[]>()
  const rows: Dangling[] = []
  try {
    const found = db.prepare<[], Violation>('PRAGMA main.foreign_key_check').safeIntegers(true).all()
    for (const { table, rowid, parent, fkid } of found)
      rows.push({ table, rowid, parent, values: rowid === null ? '' : valuesOf(db, keys, table, rowid, fkid) })
  } catch (error) {
    return (error as Error).message
  }
  return rows
}

interface Violation {
  readonly table: string
  readonly rowid: bigint | null
  readonly parent: string
  readonly fkid: bigint
}

/** The new broken rows. A rebuilt table may number its rows differently, so values are compared, not numbers. */
export function addedRows(before: readonly Dangling[], after: readonly Dangling[]): readonly Dangling[] {
  const known = new Map<string, number>()
  for (const row of before) known.set(keyOf(row), (known.get(keyOf(row)) ?? 0) + 1)
  return after.filter((row) => {
    const left = known.get(keyOf(row)) ?? 0
    known.set(keyOf(row), left - 1)
    return left <= 0
  })
}

function keyOf({ table, parent, values }: Dangling): string {
  return [table.toLowerCase(), parent.toLowerCase(), values].join('\0')
}

function valuesOf(
  db: Database,
  keys: Map<string, readonly string[]>,
  table: string,
  rowid: bigint,
  fkid: bigint,
): string {
  const key = `${fkid} ${table}`
  let columns = keys.get(key)
  if (!columns) {
    columns = db
      .prepare<[string, bigint], string>('SELECT "from" FROM pragma_foreign_key_list(?) WHERE id = ? ORDER BY seq')
      .pluck()
      .all(table, fkid)
    keys.set(key, columns)
  }
  const row = db
    .prepare<[bigint], string[]>(
      `SELECT ${columns.map((column) => `quote(${quoted(column)})`).join(', ')} FROM main.${quoted(table)} WHERE rowid = ?`,
    )
    .raw()
    .get(rowid)
  return columns.map((column, index) => `${column} = ${row?.[index] ?? 'NULL'}`).join(', ')
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
