import type { Statement } from './statement.ts'
import { nameAt, wordAt } from './statement.ts'

/** Where a statement stands decides what it may do. */
export type ScriptKind =
  /** Runs inside the transaction of an event. */
  | 'handler'
  /** Runs inside a transaction of its own, once. */
  | 'migration'
  /** Runs outside any transaction, on each new connection. */
  | 'connection'

const transaction = 'each event is one transaction already, committed when it succeeds; use SAVEPOINT inside it'

const reasons: Readonly<Record<string, string>> = {
  begin: transaction,
  commit: transaction,
  end: transaction,
  rollback:
    'a whole ROLLBACK would break the transaction that every event is; ROLLBACK TO a savepoint is allowed, and an error rolls everything back',
  vacuum: 'it rewrites the database, or writes a file of its own choice',
}

/** Pragmas whose argument asks for something. */
const asking = new Set([
  'foreign_key_check',
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
])

/** Pragmas that act without an argument. */
const acting = new Set(['incremental_vacuum', 'optimize', 'shrink_memory', 'wal_checkpoint'])

/** Pragmas that set something inside a transaction, for that transaction or as part of it. */
const transactional = new Set(['application_id', 'defer_foreign_keys', 'user_version'])

/** Why a statement may not stand in a script of this kind, if so. */
export function refusal(statement: Statement, kind: ScriptKind): string | undefined {
  const positional = statement.parameters.find((name) => name.startsWith('?'))
  if (positional !== undefined) return `${positional} has no value here: parameters are bound by name, such as :id`
  if (kind !== 'handler' && statement.parameters.length > 0)
    return `:${statement.parameters[0]} has no value here: there is no event yet`
  const { verb } = statement
  if (verb === 'rollback' && statement.tokens.some((_, index) => wordAt(statement, index) === 'to')) return undefined
  if (verb === 'pragma') return pragmaRefusal(statement, kind)
  if ((verb === 'attach' || verb === 'detach') && kind === 'migration')
    return 'a migration changes the main database alone'
  const reason = reasons[verb]
  return reason === undefined ? undefined : `${verb.toUpperCase()} is not allowed: ${reason}`
}

function pragmaRefusal(statement: Statement, kind: ScriptKind): string | undefined {
  if (kind === 'connection') return undefined
  const at = statement.tokens.findIndex((_, index) => wordAt(statement, index) === 'pragma')
  const name = nameAt(statement, wordAt(statement, at + 2) === '.' ? at + 3 : at + 1).toLowerCase()
  const argument = statement.tokens.some(
    (_, index) => index > at && (wordAt(statement, index) === '=' || wordAt(statement, index) === '('),
  )
  if (argument ? asking.has(name) : !acting.has(name)) return undefined
  if (kind === 'migration' && transactional.has(name)) return undefined
  return `PRAGMA ${name} ${argument ? 'sets something' : 'acts on the database'}: it belongs in on_connect.sql, which runs on each new connection`
}
