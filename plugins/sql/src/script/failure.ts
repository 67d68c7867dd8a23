import type { TaskFailure } from '@anyhandler/core'
import { locateFault } from './fault-place.ts'
import { positionAt } from './position.ts'
import { RuleError } from '../rule-error.ts'
import type { Piece } from './split.ts'

/** A script, for error messages. */
export interface Source {
  /** Path in messages: relative to the task root if it lies there. */
  readonly name: string
  readonly text: string
}

/** A failure that is ready to be posted. */
export class SqlFailure extends Error {
  override readonly name = 'SqlFailure'
  readonly errorType: string
  readonly stackTrace: readonly string[]

  constructor(errorType: string, message: string, stackTrace: readonly string[] = [], cause?: unknown) {
    super(message, { cause })
    this.errorType = errorType
    this.stackTrace = stackTrace
  }
}

/** Loading is the host's init phase and fails as `Runtime.…`; running fails as `Function.…`. */
export type Phase = 'load' | 'run'

/** The worker module's `failure`. */
export function failure(thrown: unknown): TaskFailure {
  if (thrown instanceof SqlFailure)
    return { errorType: thrown.errorType, message: thrown.message, stackTrace: thrown.stackTrace }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return { errorType: 'Runtime.PluginError', message: error.message, stackTrace: stackLines(error) }
}

/** A failure at a place in a script. */
export function failureAt(source: Source, offset: number, errorType: string, message: string): SqlFailure {
  const { line, column } = positionAt(source.text, offset)
  const place = `${source.name}:${line}:${column}`
  return new SqlFailure(errorType, `${place}: ${message}`, [`at ${place}`])
}

/**
 * The error of a statement, with file, line and column, the statement and SQLite's code.
 * @param problemOf Returns SQLite's message for a text: used to find the place of a syntax error.
 */
export function statementFailure(
  thrown: unknown,
  source: Source,
  piece: Piece,
  phase: Phase,
  problemOf: (sql: string) => string | undefined,
): SqlFailure {
  if (thrown instanceof SqlFailure) return thrown
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const code = sqliteCode(error)
  const offset = code === undefined ? 0 : locateFault(error.message, piece.text, problemOf)
  const { line, column } = positionAt(source.text, piece.offset + offset)
  const place = `${source.name}:${line}:${column}`
  // An exception of a user's function has its own place as well.
  const foreign = code === undefined && !(error instanceof RuleError)
  const message =
    error instanceof RuleError && error.verbatim
      ? error.message
      : `${place}: ${said(error)}, in: ${excerpt(piece.text)}`
  return new SqlFailure(
    errorTypeOf(error, code, phase),
    message,
    [`at ${place}`, ...(foreign ? stackLines(error) : [])],
    error,
  )
}

/** An error of SQLite at the beginning or the end of a transaction: of an event, or of a migration. */
export function transactionFailure(
  thrown: unknown,
  source: Source,
  moment: 'began' | 'ended',
  phase: Phase,
): SqlFailure {
  const error = thrown as Error
  const whose = phase === 'load' ? 'migration' : 'event'
  const message = `${source.name}: ${said(error)}, when the ${whose}'s transaction ${moment}`
  return new SqlFailure(errorTypeOf(error, sqliteCode(error), phase), message, [`at ${source.name}`], error)
}

/** An error of SQLite or the file system about a database's file, not about a statement. */
export function databaseFailure(thrown: unknown, file: string, phase: Phase, doing = "can't be used"): SqlFailure {
  const error = thrown as Error
  return new SqlFailure(errorTypeOf(error, sqliteCode(error), phase), `${file} ${doing}: ${said(error)}`, [], error)
}

/** Distinguishes a failure of SQLite or of the file system from a fault of this program. */
export function isOutside(error: unknown): error is Error {
  return error instanceof Error && (sqliteCode(error) !== undefined || 'syscall' in error)
}

/** True if a file can't be opened, read or locked, as opposed to an error of a statement. */
export function isUnavailable(error: unknown): boolean {
  const code = error instanceof Error ? sqliteCode(error) : undefined
  return code !== undefined && unavailable.test(code)
}

const unavailable =
  /^SQLITE_(?:BUSY|CANTOPEN|CORRUPT|IOERR|NOTADB|PERM|PROTOCOL|READONLY_(?:CANTINIT|CANTLOCK|DIRECTORY|RECOVERY|ROLLBACK))/

function said(error: Error): string {
  const code = sqliteCode(error)
  return `${error.message}${code === undefined ? '' : ` (${code})`}${adviceFor(code)}`
}

export function sqliteCode(error: Error): string | undefined {
  const { code } = error as { readonly code?: unknown }
  return error.name === 'SqliteError' && typeof code === 'string' ? code : undefined
}

/** SQLite's codes → the reason in `errorType`; the longest beginning counts. */
const codeTypes: readonly (readonly [code: string, reason: string])[] = [
  ['SQLITE_CONSTRAINT_UNIQUE', 'UniqueViolation'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'UniqueViolation'],
  ['SQLITE_CONSTRAINT_ROWID', 'UniqueViolation'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'ForeignKeyViolation'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'NotNullViolation'],
  ['SQLITE_CONSTRAINT_CHECK', 'CheckViolation'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'DatatypeViolation'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'RaisedError'],
  ['SQLITE_CONSTRAINT', 'ConstraintViolation'],
  ['SQLITE_BUSY', 'DatabaseBusy'],
  ['SQLITE_LOCKED', 'DatabaseBusy'],
  ['SQLITE_READONLY', 'DatabaseReadOnly'],
  ['SQLITE_FULL', 'DatabaseFull'],
  ['SQLITE_CORRUPT', 'DatabaseCorrupt'],
  ['SQLITE_NOTADB', 'DatabaseCorrupt'],
  ['SQLITE_IOERR', 'DatabaseUnavailable'],
  ['SQLITE_CANTOPEN', 'DatabaseUnavailable'],
  ['SQLITE_TOOBIG', 'ValueTooBig'],
  ['SQLITE_NOMEM', 'OutOfMemory'],
]

function adviceFor(code = ''): string {
  if (code.startsWith('SQLITE_BUSY')) return '; another connection held the lock until shortly before the deadline'
  if (code.startsWith('SQLITE_CORRUPT'))
    return '; PRAGMA integrity_check shows details; replace the file by an intact copy'
  if (code === 'SQLITE_READONLY')
    return '; a database in the task root is read-only: name one below /tmp or on EFS in plugins.sql.options.database'
  return ''
}

function errorTypeOf(error: Error, code: string | undefined, phase: Phase): string {
  const category = phase === 'load' ? 'Runtime' : 'Function'
  if (error instanceof RuleError) return `${category}.${error.reason}`
  if (code === undefined && 'syscall' in error) return `${category}.DatabaseUnavailable`
  // An exception of a user's function keeps its class name.
  if (code === undefined) return className(error)
  if (phase === 'load' && unavailable.test(code)) return 'Runtime.DatabaseUnavailable'
  if (phase === 'load' && isSyntaxError(error.message)) return 'Runtime.UserCodeSyntaxError'
  return `${category}.${codeTypes.find(([start]) => code.startsWith(start))?.[1] ?? 'SqlError'}`
}

function className(error: Error): string {
  return error.name === 'Error' ? error.constructor.name || 'Error' : error.name
}

function isSyntaxError(message: string): boolean {
  return (
    message.endsWith(': syntax error') || message.startsWith('unrecognized token: ') || message === 'incomplete input'
  )
}

/** One line, short enough for a log. */
function excerpt(statement: string): string {
  const line = statement.replace(/\s+/g, ' ')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

function stackLines(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s*at /.test(line))
    .map((line) => line.trim())
}
