import { pathToFileURL } from 'node:url'
import type { Database } from 'better-sqlite3'
import { SqlFailure } from '../script/failure.ts'
import type { FunctionModule, FunctionRegistry } from '../event/function-registry.ts'

type AnyFunction = (...values: unknown[]) => unknown

/**
 * Imports the configured module. Its default export is called for each connection.
 * @throws SqlFailure `Runtime.InvalidConfiguration` when it can't be imported or has no function as its default export.
 */
export async function importFunctions(file: string): Promise<FunctionModule> {
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown }
  } catch (error) {
    throw invalid(file, `can't be imported: ${(error as Error).message}`, error)
  }
  if (typeof module.default !== 'function')
    throw invalid(
      file,
      'has no function as its default export; it must be like export default (db) => { db.function(…) }',
    )
  return module.default as FunctionModule
}

/**
 * Calls the module for a connection. It gets three methods of better-sqlite3's `Database`, and no method to run
 * statements or load extensions.
 */
export function applyFunctions(db: Database, file: string, register: FunctionModule): void {
  const registry: FunctionRegistry = {
    function: (name: string, ...rest: unknown[]) => {
      const last = rest.length - 1
      return call(db, 'function', [name, ...rest.slice(0, last), wholeNumbers(rest[last])])
    },
    aggregate: (name: string, options: Record<string, unknown>) =>
      call(db, 'aggregate', [
        name,
        { ...options, result: wholeNumbers(options.result ?? ((total: unknown) => total)) },
      ]),
    table: (name: string, options: unknown) => call(db, 'table', [name, options]),
  } as unknown as FunctionRegistry
  let result: unknown
  try {
    result = register(registry)
  } catch (error) {
    throw invalid(file, `failed: ${(error as Error).message}`, error)
  }
  if (typeof (result as PromiseLike<void> | undefined)?.then === 'function')
    throw invalid(file, 'registers its functions asynchronously; move asynchronous work into a top-level await')
}

/** better-sqlite3 turns every number into a REAL; here a whole number becomes an INTEGER. */
function wholeNumbers(value: unknown): unknown {
  if (typeof value !== 'function') return value
  const original = value as AnyFunction
  const wrapped: AnyFunction = (...values) => {
    const result = original(...values)
    if (typeof result === 'boolean') return result ? 1n : 0n
    return Number.isSafeInteger(result) ? BigInt(result as number) : result
  }
  // The number of parameters is the number of SQL arguments.
  return Object.defineProperty(wrapped, 'length', { value: original.length })
}

function call(db: Database, method: 'function' | 'aggregate' | 'table', values: unknown[]): unknown {
  return (db[method] as unknown as AnyFunction).apply(db, values)
}

function invalid(file: string, why: string, cause?: unknown): SqlFailure {
  return new SqlFailure('Runtime.InvalidConfiguration', `plugins.sql.options.functions: ${file} ${why}`, [], cause)
}
