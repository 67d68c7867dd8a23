import type { SqlValue } from './document.ts'

/** SQLite's options for a user's function. */
export interface FunctionOptions {
  /** True if it takes any number of arguments; otherwise as many as it has parameters. */
  readonly varargs?: boolean
  /** True if equal arguments always give the same result: SQLite may call it once for many rows. */
  readonly deterministic?: boolean
  /** True if triggers, views and the schema must not call it. */
  readonly directOnly?: boolean
  /** Integers come as bigint. */
  readonly safeIntegers?: boolean
}

/** Allowed results of a function. A whole number becomes an INTEGER, a boolean 1 or 0. */
export type FunctionResult = SqlValue | boolean | undefined

/** As a method's, its parameters may be narrower: a function that takes a `string` says so. */
export type SqlFunction = { call(...values: SqlValue[]): FunctionResult }['call']

export interface AggregateOptions<Total> extends FunctionOptions {
  /** The first total, or a function that makes it; `null` when absent. */
  readonly start?: Total | (() => Total)
  /** Called for each row; returns the new total, or nothing if it changed the old one. */
  step(total: Total, ...values: SqlValue[]): Total | void
  /** Removes a row again, for window functions. */
  inverse?(total: Total, ...values: SqlValue[]): Total
  /** The total as the result; the total itself when absent. */
  result?(total: Total): FunctionResult
}

export interface TableOptions {
  readonly columns: readonly string[]
  /** Names of the table's arguments; the parameters of `rows` when absent. */
  readonly parameters?: readonly string[]
  rows(...values: SqlValue[]): Iterable<readonly SqlValue[] | Readonly<Record<string, SqlValue>>>
  readonly safeIntegers?: boolean
  readonly directOnly?: boolean
}

/** The object with which a user's module registers its functions: three methods of better-sqlite3's `Database`. */
export interface FunctionRegistry {
  function(name: string, call: SqlFunction): unknown
  function(name: string, options: FunctionOptions, call: SqlFunction): unknown
  aggregate<Total>(name: string, options: AggregateOptions<Total>): unknown
  table(name: string, options: TableOptions): unknown
}

/** The default export of a user's module; called once for each connection. */
export type FunctionModule = (registry: FunctionRegistry) => void
