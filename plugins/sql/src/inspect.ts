/**
 * Faults of files that can be found without SQLite: for tools that check a function before it is deployed. Nothing
 * native is loaded.
 */
import { databaseFault } from './database/database-fault.ts'
import type { DatabaseFault } from './database/database-fault.ts'
import { decodeSql } from './script/decode.ts'
import { positionAt } from './script/position.ts'

export { databaseFault }
export type { DatabaseFault }

/** The first unreadable place in a file of SQL, with line and column from 1. */
export function textFault(
  bytes: Buffer,
): (DatabaseFault & { readonly line: number; readonly column: number }) | undefined {
  const { text, fault } = decodeSql(bytes)
  return fault && { problem: fault.problem, cure: fault.cure, ...positionAt(text, fault.offset) }
}
