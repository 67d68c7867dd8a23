import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { failureAt } from './failure.ts'
import type { Source } from './failure.ts'
import { refusal } from './refuse.ts'
import type { ScriptKind } from './refuse.ts'
import { splitStatements } from './split.ts'
import { inspect } from './statement.ts'
import type { Statement } from './statement.ts'

/** A file of SQL, cut into statements that may stand in it. */
export interface Script extends Source {
  readonly statements: readonly Statement[]
}

/**
 * Reads a script and checks what can be checked without a database.
 * @throws SqlFailure `Runtime.StatementRefused` with file and line for a statement that may not stand there.
 */
export function readScript(file: string, taskRoot: string, kind: ScriptKind): Script {
  return parseScript(displayName(file, taskRoot), readFileSync(file, 'utf8'), kind)
}

export function parseScript(name: string, content: string, kind: ScriptKind): Script {
  const text = content.replace(/^\uFEFF/, '')
  const source: Source = { name, text }
  const nul = text.indexOf('\0')
  if (nul >= 0) throw failureAt(source, nul, 'Runtime.UserCodeSyntaxError', 'a NUL byte: SQLite would read no further')
  const statements = splitStatements(text).map(inspect)
  for (const statement of statements) {
    const reason = refusal(statement, kind)
    if (reason !== undefined) throw failureAt(source, statement.offset, 'Runtime.StatementRefused', reason)
  }
  return { ...source, statements }
}

/** Relative to the task root, if the file lies there. */
export function displayName(file: string, taskRoot: string): string {
  const path = relative(taskRoot, file)
  return path.startsWith('..') ? file : path
}
