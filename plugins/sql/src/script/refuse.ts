import type { Statement } from './statement.ts'
import { nameAt, wordAt } from './statement.ts'

/** The kind of file decides which statements are allowed. */
export type ScriptKind =
  /** Runs inside the transaction of an event. */
  | 'handler'
  /** Runs inside a transaction of its own, once. */
  | 'migration'
  /** Runs outside any transaction, on each new connection. */
  | 'connection'

const transaction = 'each event is one transaction already, committed when it succeeds; use SAVEPOINT inside it'
const ofMigration =
  'each migration is one transaction already; leave BEGIN and COMMIT out, or put them around the whole file'
const vacuum = 'it rewrites the database, or writes to any file'

const reasons: Readonly<Record<string, string>> = {
  begin: transaction,
  commit: transaction,
  end: transaction,
  rollback:
    'every event is one transaction, which a whole ROLLBACK would break; ROLLBACK TO a savepoint is allowed, and an error rolls everything back',
  vacuum,
}

const migrationReasons: Readonly<Record<string, string>> = {
  begin: ofMigration,
  commit: ofMigration,
  end: ofMigration,
  rollback:
    'a whole ROLLBACK would undo the migration; sqlite3 .dump writes one after an error, so dump an intact database instead',
  vacuum,
}

/** Pragmas whose argument is a question. */
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

/**
 * Pragmas that a migration may set. `foreign_keys` is without effect inside a transaction, and off there already;
 * `legacy_alter_table` and `defer_foreign_keys` last as long as the migration.
 */
const ofMigrations = new Set([
  'application_id',
  'defer_foreign_keys',
  'foreign_keys',
  'legacy_alter_table',
  'user_version',
])

/** The reason why a statement is not allowed in a script of this kind, if so. */
export function refusal(statement: Statement, kind: ScriptKind): string | undefined {
  const positional = statement.parameters.find((name) => name.startsWith('?'))
  if (positional !== undefined) return `${positional} has no value here: parameters are bound by name, such as :id`
  if (kind !== 'handler' && statement.parameters.length > 0)
    return `:${statement.parameters[0]} has no value here: there is no event yet`
  const { verb } = statement
  if (verb === 'rollback' && statement.tokens.some((_, index) => wordAt(statement, index) === 'to')) return undefined
  if (verb === 'pragma') return pragmaRefusal(statement, kind)
  if ((verb === 'attach' || verb === 'detach') && kind === 'migration')
    return 'a migration can change only the main database'
  const reason = (kind === 'migration' ? migrationReasons : reasons)[verb]
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
  if (kind === 'migration' && ofMigrations.has(name)) return undefined
  if (name === 'writable_schema')
    return 'PRAGMA writable_schema is not allowed: handlers may not edit the schema; sqlite3 .dump does this for a virtual table, so replace its INSERT INTO sqlite_schema by the CREATE VIRTUAL TABLE, and remove the tables that it makes itself'
  return `PRAGMA ${name} ${argument ? 'changes a setting' : 'acts on the database'}: it belongs in on_connect.sql, which runs on each new connection`
}
