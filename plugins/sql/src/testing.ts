/**
 * `@anyhandler/sql/testing`: the database of a function, for tools that test it. The connections are their own; the function's stay open meanwhile.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { databaseFault } from './database/database-fault.ts'
import { migrationFiles } from './database/migration-files.ts'
import { migrate } from './database/migrations.ts'
import { positionAt } from './script/position.ts'
import { readScript } from './script/script.ts'

/** How long another connection is waited for. Milliseconds. */
const patience = 5_000

/** A value of a row; a blob is bytes, an integer beyond 2^53 a `bigint`. */
export type TestValue = string | number | bigint | Uint8Array | null
export type TestRow = Readonly<Record<string, TestValue>>

/** Runs statements, committed when they are through. @throws Error SQLite's own */
export function runSql(file: string, sql: string): void {
  using(file, (db) => {
    db.pragma('foreign_keys = ON')
    db.transaction(() => db.exec(sql))()
  })
}

/** The rows of one statement that reads. @throws Error SQLite's own, and for a statement that writes */
export function queryRows(file: string, sql: string): readonly TestRow[] {
  return using(file, (db) => {
    const statement = db.prepare<[], TestRow>(sql)
    if (!statement.readonly) throw new Error('it writes, and a query may only read')
    return statement.all()
  })
}

/**
 * Applies the migrations of a folder up to one, as the function does at its start.
 * @throws Error when the folder has no such migration, and what `migrate` throws
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

/** A copy of a database as it is at one moment, to go back to it under connections that stay open. */
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

  /** For a database that is as its copy. */
  static of(file: string, copy: string): DatabaseSnapshot {
    return new DatabaseSnapshot(file, copy)
  }

  /** @param copy where to keep it; replaced when it is there */
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

  /** Goes back to it; costs next to nothing when nothing was written since. */
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

/** Where the statements of a handler begin: lines, counted from 1. @throws SqlFailure for a file that can't be read as one */
export function statementLines(file: string): readonly number[] {
  const { text, statements } = readScript(file, dirname(file), 'handler')
  return statements.map(({ offset }) => positionAt(text, offset).line)
}

/** Removes a database with all that SQLite keeps beside it. No connection may be open. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
}

/** Whether a file is a whole database; otherwise it may be SQL. */
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
