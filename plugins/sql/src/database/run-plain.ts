import type { Database } from 'better-sqlite3'
import { databaseFailure, isUnavailable, statementFailure } from '../script/failure.ts'
import type { Phase, Source } from '../script/failure.ts'
import type { Statement } from '../script/statement.ts'

/** Runs a statement of a script that has no event, to its end. @throws SqlFailure */
export function runPlain(db: Database, source: Source, statement: Statement): void {
  try {
    const prepared = db.prepare(statement.text)
    if (!prepared.reader) prepared.run()
    // Its rows are not needed, and may be many.
    else for (const _ of prepared.iterate());
  } catch (error) {
    throw blame(db, error, source, statement, 'load')
  }
}

/**
 * Turns the error of a statement into a failure with its place; or with the name of the database's file, if that file
 * can't be read during loading.
 */
export function blame(db: Database, error: unknown, source: Source, statement: Statement, phase: Phase): Error {
  if (phase === 'load' && isUnavailable(error)) return databaseFailure(error, filesOf(db), phase)
  return statementFailure(error, source, statement, phase, (sql) => problemOf(db, sql))
}

function filesOf(db: Database): string {
  const files = (db.pragma('database_list') as { readonly file: string }[]).map(({ file }) => file)
  return files.filter((file) => file !== '').join(' or ')
}

function problemOf(db: Database, sql: string): string | undefined {
  try {
    db.prepare(sql)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
