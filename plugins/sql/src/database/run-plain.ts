import type { Database } from 'better-sqlite3'
import { statementFailure } from '../script/failure.ts'
import type { Phase, Source } from '../script/failure.ts'
import type { Statement } from '../script/statement.ts'

/** Runs a statement of a script that has no event, to its end. @throws SqlFailure */
export function runPlain(db: Database, source: Source, statement: Statement): void {
  try {
    const prepared = db.prepare(statement.text)
    if (prepared.reader) prepared.all()
    else prepared.run()
  } catch (error) {
    throw blame(db, error, source, statement, 'load')
  }
}

/** What a statement threw, as a failure with its place. */
export function blame(db: Database, error: unknown, source: Source, statement: Statement, phase: Phase): Error {
  return statementFailure(error, source, statement, phase, (sql) => problemOf(db, sql))
}

function problemOf(db: Database, sql: string): string | undefined {
  try {
    db.prepare(sql)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
