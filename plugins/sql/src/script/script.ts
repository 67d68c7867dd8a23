import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { decodeSql } from './decode.ts'
import { failureAt, SqlFailure } from './failure.ts'
import type { Source } from './failure.ts'
import { undoSection, withoutOwnTransaction } from './migration-file.ts'
import { refusal } from './refuse.ts'
import type { ScriptKind } from './refuse.ts'
import { splitStatements } from './split.ts'
import { inspect } from './statement.ts'
import type { Statement } from './statement.ts'

/** A file of SQL, split into allowed statements. */
export interface Script extends Source {
  readonly statements: readonly Statement[]
}

/**
 * Reads a script and makes all checks that need no database.
 * @throws SqlFailure `Runtime.StatementRefused` with file and line for a statement that is not allowed there.
 */
export function readScript(file: string, taskRoot: string, kind: ScriptKind): Script {
  return parseScript(displayName(file, taskRoot), readBytes(file, taskRoot, kind), kind)
}

export function parseScript(name: string, content: Buffer, kind: ScriptKind): Script {
  const { text, fault } = decodeSql(content)
  const source: Source = { name, text }
  if (fault) throw failureAt(source, fault.offset, 'Runtime.UserCodeSyntaxError', `${fault.problem}; ${fault.cure}`)
  let statements = splitStatements(text).map(inspect)
  if (kind === 'migration') {
    const undo = undoSection(text)
    if (undo !== undefined)
      throw failureAt(
        source,
        undo,
        'Runtime.StatementRefused',
        'the following section undoes the migration, and would run as well; remove it: migrations only go forward',
      )
    statements = withoutOwnTransaction(statements)
  }
  for (const statement of statements) {
    const reason = refusal(statement, kind)
    if (reason !== undefined) throw failureAt(source, statement.offset, 'Runtime.StatementRefused', reason)
  }
  return { ...source, statements }
}

/** @throws SqlFailure when the file can't be read, naming it and the cure. */
export function readBytes(file: string, taskRoot: string, kind: ScriptKind): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const [problem, cure] = unreadable(error as NodeJS.ErrnoException)
    const type = kind === 'handler' ? 'Runtime.ImportModuleError' : 'Runtime.InvalidConfiguration'
    throw new SqlFailure(type, `${displayName(file, taskRoot)} ${problem}; ${cure}`, [], error)
  }
}

function unreadable({ code, message }: NodeJS.ErrnoException): readonly [problem: string, cure: string] {
  if (code === 'EISDIR') return ['is a folder, not a SQL file', 'rename it or move it away']
  if (code === 'EACCES') return ["can't be read: permission denied", 'run chmod 644 on it before it is packed']
  return [`can't be read: ${message}`, 'check that it exists and is complete']
}

/** Relative to the task root, if the file lies there. */
export function displayName(file: string, taskRoot: string): string {
  const path = relative(taskRoot, file)
  return path.startsWith('..') ? file : path
}
