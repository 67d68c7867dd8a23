import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isInside } from '@anyhandler/core'
import type { Database } from 'better-sqlite3'
import { copyToWritable, needsCopy, refuseFault } from './database-file.ts'
import { realPath } from './paths.ts'
import { databaseFailure, isUnavailable } from '../script/failure.ts'
import { nameAt, wordAt } from '../script/statement.ts'
import type { Statement } from '../script/statement.ts'
import { unquote } from '../script/tokens.ts'

/** The folders in which files may be opened. */
export interface Places {
  /** Files in here are opened read-only. */
  readonly taskRoot: string
  /** Absolute paths; files in here may be written and created. */
  readonly folders: readonly string[]
}

/** A database to attach: the checked parts of the statement. */
export interface Attachment {
  readonly schema: string
  /** Bound to `ATTACH ? AS schema`. */
  readonly file: string
  /** A `:memory:` or nameless database: gone after each event. */
  readonly volatile: boolean
  /** The file is in the task root. SQLite can't attach it read-only, so statements that write to it are refused. */
  readonly readonly: boolean
}

export interface Surroundings {
  readonly places: Places
  /** The process's own folder. */
  readonly tmp: string
  note(line: string): void
}

/** The error for an `ATTACH` or a path that isn't allowed. */
export class AttachError extends Error {
  override readonly name = 'AttachError'
}

/** Functions whose value depends on the event. */
const ofTheEvent = new Set(['event', 'context', 'print'])

/**
 * Reads `ATTACH [DATABASE] file AS schema`, evaluates the file's expression, which no event can influence, and checks
 * the place.
 * @throws AttachError that names the fault.
 */
export function readAttach(statement: Statement, db: Database, where: Surroundings): Attachment {
  const first = wordAt(statement, 1) === 'database' ? 2 : 1
  const as = topLevelAs(statement, first)
  if (as < 0 || as + 2 < statement.tokens.length - (wordAt(statement, statement.tokens.length - 1) === ';' ? 1 : 0)) {
    throw new AttachError('it must be ATTACH file AS name')
  }
  const schema = nameAt(statement, as + 1)
  const file = fileOf(statement, first, as, db)
  if (file === ':memory:' || file === '') return { schema, file, volatile: true, readonly: false }
  return { schema, volatile: false, ...allowed(file, where) }
}

export function attach(db: Database, { schema, file }: Attachment): void {
  try {
    db.prepare(`ATTACH ? AS "${schema.replaceAll('"', '""')}"`).run(file)
  } catch (error) {
    throw isUnavailable(error) ? databaseFailure(error, file, 'load', "can't be attached") : error
  }
}

function fileOf(statement: Statement, first: number, as: number, db: Database): string {
  const { tokens, text } = statement
  const sql = text.slice(tokens[first]?.start, tokens[as - 1]?.end)
  // A single name is a string here, as in SQLite.
  if (as - first === 1 && tokens[first]?.kind !== 'mark') return unquote(sql)
  for (let index = first; index < as; index += 1) {
    if (ofTheEvent.has(wordAt(statement, index)) && wordAt(statement, index + 1) === '(') {
      throw new AttachError(`${wordAt(statement, index)}() can't choose the file to open; use env()`)
    }
  }
  if (statement.parameters.length > 0)
    throw new AttachError(`:${statement.parameters[0]} can't choose the file to open; use env()`)
  const value: unknown = db.prepare(`SELECT ${sql}`).pluck().get()
  if (typeof value !== 'string')
    throw new AttachError(`its file must be text, but is ${value === null ? 'NULL' : typeof value}`)
  return value
}

function allowed(
  file: string,
  { places: { taskRoot, folders }, tmp, note }: Surroundings,
): { readonly file: string; readonly readonly: boolean } {
  if (/^file:/i.test(file)) throw new AttachError(`'${file}' is a URI; name the file by its path`)
  const path = realPath(resolve(taskRoot, file))
  if (isInside({ path, folder: taskRoot })) {
    if (!existsSync(path)) throw new AttachError(`'${file}' does not exist, and nothing is created in the task root`)
    refuseFault(path, true)
    return { file: needsCopy(path) ? copyToWritable(path, tmp, note) : path, readonly: true }
  }
  if (folders.some((folder) => isInside({ path, folder: realPath(folder) }))) {
    if (existsSync(path)) refuseFault(path, false)
    return { file: path, readonly: false }
  }
  throw new AttachError(
    `'${file}' is outside of the allowed folders: ${[taskRoot, ...folders].join(', ')}; plugins.sql.options.folders adds some`,
  )
}

/** The `AS` before the schema's name: not one inside parentheses, as in `CAST(x AS text)`. */
function topLevelAs(statement: Statement, first: number): number {
  let depth = 0
  for (let index = first; index < statement.tokens.length; index += 1) {
    const word = wordAt(statement, index)
    if (word === '(') depth += 1
    if (word === ')') depth -= 1
    if (word === 'as' && depth === 0) return index
  }
  return -1
}
