/**
 * `@anyhandler/sql/testing`: the database of a function, for tools that test it. They use connections of their own,
 * while those of the function stay open.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { databaseFault } from './database/database-fault.ts'
import { migrationFiles } from './database/migration-files.ts'
import { migrate } from './database/migrations.ts'
import { positionAt } from './script/position.ts'
import { readScript } from './script/script.ts'

/** Upper bound for the wait for another connection. Milliseconds. */
const patience = 5_000

/** A value of a row; a blob is bytes, an integer beyond 2^53 a `bigint`. */
export type TestValue = string | number | bigint | Uint8Array | null
export type TestRow = Readonly<Record<string, TestValue>>

/** Runs statements and commits them at the end. @throws SQLite's own Error */
export function runSql(file: string, sql: string): void {
  using(file, (db) => {
    db.pragma('foreign_keys = ON')
    db.transaction(() => db.exec(sql))()
  })
}

/** The rows of one reading statement. @throws SQLite's own Error, and an Error for a statement that writes */
export function queryRows(file: string, sql: string): readonly TestRow[] {
  return using(file, (db) => {
    const statement = db.prepare<[], TestRow>(sql)
    if (!statement.readonly) throw new Error('it writes, and a query may only read')
    return statement.all()
  })
}

/**
 * Applies the migrations of a folder up to one, as the function does at its start.
 * @throws Error when the folder has no such migration, and errors of `migrate`
 */
export function migrateTo(file: string, folder: string, last: string, taskRoot: string): void {
  const names = migrationFiles(folder, taskRoot)
  const index = names.indexOf(last)
  if (index < 0)
    throw new Error(`there is no migration '${last}' in ${folder}; there are ${names.join(', ') || 'none'}`)
  const part = mkdtempSync(join(dirname(file), 'migrations-'))
  try {
    for (const name of names.slice(0, index + 1)) {
      mkdirSync(dirname(join(part, name)), { recursive: true })
      cpSync(join(folder, name), join(part, name))
    }
    using(file, (db) => migrate(db, part, part))
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

/** A copy of a database at one moment, to restore it while connections stay open. */
export class DatabaseSnapshot {
  readonly #file: string
  readonly #copy: string
  readonly #watch: Database.Database
  #version: unknown

  private constructor(file: string, copy: string) {
    this.#file = file
    this.#copy = copy
    this.#watch = new Database(file, { timeout: patience })
    this.#version = this.#dataVersion()
  }

  /** For a database that equals its copy. */
  static of(file: string, copy: string): DatabaseSnapshot {
    return new DatabaseSnapshot(file, copy)
  }

  /** @param copy path of the copy; an existing file is replaced */
  static async take(file: string, copy: string): Promise<DatabaseSnapshot> {
    rmSync(copy, { force: true })
    const db = new Database(file, { timeout: patience })
    try {
      await db.backup(copy)
    } finally {
      db.close()
    }
    return new DatabaseSnapshot(file, copy)
  }

  /** Restores it; costs almost nothing if nothing was written since. */
  async restore(): Promise<void> {
    if (this.#dataVersion() === this.#version) return
    const source = new Database(this.#copy, { readonly: true })
    try {
      await source.backup(this.#file)
    } finally {
      source.close()
    }
    this.#version = this.#dataVersion()
  }

  close(): void {
    this.#watch.close()
  }

  /** Changes when another connection has written. */
  #dataVersion(): unknown {
    return this.#watch.pragma('data_version', { simple: true })
  }
}

/** The lines at which the statements of a handler begin, counted from 1. @throws SqlFailure for an unreadable file */
export function statementLines(file: string): readonly number[] {
  const { text, statements } = readScript(file, dirname(file), 'handler')
  return statements.map(({ offset }) => positionAt(text, offset).line)
}

/** Removes a database with SQLite's files beside it. No connection may be open. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
}

/** True if a file is a complete database; otherwise it may be SQL. */
export function isDatabase(file: string): boolean {
  return databaseFault(file, true) === undefined
}

function using<Value>(file: string, work: (db: Database.Database) => Value): Value {
  const db = new Database(file, { timeout: patience })
  try {
    return work(db)
  } finally {
    db.close()
  }
}
