import type { SqlValue } from './document.ts'

/** How SQLite treats a function of one's own. */
export interface FunctionOptions {
  /** It takes any number of arguments; otherwise as many as it has parameters. */
  readonly varargs?: boolean
  /** The same arguments always give the same result: SQLite may call it once for many rows. */
  readonly deterministic?: boolean
  /** It is not to be called from triggers, views and the schema. */
  readonly directOnly?: boolean
  /** Integers come as bigint. */
  readonly safeIntegers?: boolean
}

/** What a function may give back. A whole number becomes an INTEGER, a boolean 1 or 0. */
export type FunctionResult = SqlValue | boolean | undefined

/** As a method's, its parameters may be narrower: a function that takes a `string` says so. */
export type SqlFunction = { call(...values: SqlValue[]): FunctionResult }['call']

export interface AggregateOptions<Total> extends FunctionOptions {
  /** The first total, or what makes it; `null` when absent. */
  readonly start?: Total | (() => Total)
  /** For each row: the new total, or nothing when the old one was changed. */
  step(total: Total, ...values: SqlValue[]): Total | void
  /** Takes a row out again, for window functions. */
  inverse?(total: Total, ...values: SqlValue[]): Total
  /** The total as the result; the total itself when absent. */
  result?(total: Total): FunctionResult
}

export interface TableOptions {
  readonly columns: readonly string[]
  /** Names of the arguments that the table is called with; the parameters of `rows` when absent. */
  readonly parameters?: readonly string[]
  rows(...values: SqlValue[]): Iterable<readonly SqlValue[] | Readonly<Record<string, SqlValue>>>
  readonly safeIntegers?: boolean
  readonly directOnly?: boolean
}

/** What a user's module gets to register its own functions: three methods of better-sqlite3's `Database`. */
export interface FunctionRegistry {
  function(name: string, call: SqlFunction): unknown
  function(name: string, options: FunctionOptions, call: SqlFunction): unknown
  aggregate<Total>(name: string, options: AggregateOptions<Total>): unknown
  table(name: string, options: TableOptions): unknown
}

/** The default export of a user's module; called once for each connection. */
export type FunctionModule = (registry: FunctionRegistry) => void
