import type { Database } from 'better-sqlite3'
import type { SqlValue } from './document.ts'
import { RuleError } from '../rule-error.ts'
import { contextAt } from './session.ts'
import type { Session } from './session.ts'

/**
 * Registers `event`, `context`, `env` and `print`. They are deterministic as far as SQLite is concerned: within one
 * statement an event doesn't change, and a constant call is evaluated once rather than for each row. SQLite's planner
 * may call them without an event while a statement is prepared; then they return NULL.
 */
export function registerFunctions(
  db: Database,
  session: Session,
  variables: Readonly<Record<string, string | null>>,
): void {
  const constant = { deterministic: true, safeIntegers: true }
  db.function('event', constant, () => session.event?.text() ?? null)
  db.function('event', constant, (path: SqlValue) => {
    const { event } = session
    if (path === null || event === undefined) return null
    return path === '' ? event.text() : event.at(String(path))
  })
  db.function('context', constant, () => session.context?.text() ?? null)
  db.function('context', constant, (path: SqlValue) =>
    path === null ? null : path === '' ? (session.context?.text() ?? null) : contextAt(session, String(path)),
  )
  db.function('env', constant, (name: SqlValue) => {
    const key = String(name)
    if (Object.hasOwn(variables, key)) return variables[key] ?? null
    throw new RuleError('VariableNotAllowed', `env('${key}') is not allowed; add the name to plugins.sql.options.env`)
  })
  db.function('print', { safeIntegers: true }, (value: SqlValue) => {
    session.log(printed(value))
    return value
  })
}

/** A value as a line of the log: text unchanged, the others as SQL literals. */
function printed(value: SqlValue): string {
  if (typeof value === 'string') return value
  if (value === null) return 'NULL'
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value)
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : value.toString()
}
