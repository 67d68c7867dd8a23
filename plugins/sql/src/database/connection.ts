import Database from 'better-sqlite3'
import { attach, AttachError, readAttach } from './attach.ts'
import type { Attachment, Places } from './attach.ts'
import { isWal } from './database-file.ts'
import type { DatabaseFile } from './database-file.ts'
import { databaseFailure, failureAt, SqlFailure } from '../script/failure.ts'
import { migrate } from './migrations.ts'
import { blame, runPlain } from './run-plain.ts'
import type { Script } from '../script/script.ts'
import type { Statement } from '../script/statement.ts'

/** All data needed to open an equal connection again. */
export interface ConnectionPlan {
  readonly file: DatabaseFile
  readonly places: Places
  readonly tmp: string
  /** Absolute path of the migrations' folder. */
  readonly migrations: string | undefined
  readonly onConnect: Script | undefined
  /** The handlers, because of the databases that they attach. */
  readonly scripts: readonly Script[]
  /** Registers the SQL functions. */
  register(db: Database.Database): void
  /** Writes a line to the log. */
  note(line: string): void
}

/** Upper bound for the wait for another process that migrates, ms; Lambda's init phase has ten seconds. */
const initPatience = 8000

export interface Connection {
  readonly db: Database.Database
  readonly attachments: readonly Attachment[]
  /** No other connection can change the schema, so a missing table is a definite error. */
  readonly closedWorld: boolean
  /** By SQLite's index of databases (0 main, 1 temp, 2… attached): true if changes there are kept. */
  readonly durable: readonly boolean[]
  /** By the same index: true if the database is attached but read-only. */
  readonly locked: readonly boolean[]
  /** `on_connect.sql` made temporary objects, which clearing the temporary database would remove. */
  readonly ownsTemporary: boolean
}

/**
 * Opens the database as configured: journal mode, functions, migrations, `on_connect.sql`, attachments, in this order.
 * @throws SqlFailure
 */
export function connect(plan: ConnectionPlan): Connection {
  const { file } = plan
  const db = open(file)
  try {
    setJournal(db, file)
    plan.register(db)
    if (plan.migrations !== undefined) migrate(db, plan.migrations, plan.places.taskRoot)
    const attachments = new Map<string, Attachment>()
    for (const statement of plan.onConnect?.statements ?? []) {
      if (statement.verb === 'attach') attachOnce(db, plan, plan.onConnect as Script, statement, attachments)
      else runPlain(db, plan.onConnect as Script, statement)
    }
    refuseWalOnNetwork(db, file)
    for (const script of plan.scripts) {
      for (const statement of script.statements)
        if (statement.verb === 'attach') attachOnce(db, plan, script, statement, attachments)
    }
    const list = [...attachments.values()]
    return {
      db,
      attachments: list,
      closedWorld: (db.memory || file.readonly) && list.every(({ volatile, readonly }) => volatile || readonly),
      ...judgeDatabases(db, list),
      ownsTemporary: db.prepare('SELECT 1 FROM sqlite_temp_schema').get() !== undefined,
    }
  } catch (error) {
    db.close()
    throw error
  }
}

function open({ path, readonly }: DatabaseFile): Database.Database {
  try {
    return new Database(path, { readonly, timeout: initPatience })
  } catch (error) {
    throw databaseFailure(error, path, 'load', "can't be opened")
  }
}

/**
 * WAL lets readers and a writer work at the same time, but needs shared memory; elsewhere, and to leave WAL, use a
 * rollback journal.
 */
function setJournal(db: Database.Database, { path, readonly, wal }: DatabaseFile): void {
  if (db.memory || readonly) return
  try {
    if (wal) patiently(() => db.pragma('journal_mode = WAL'))
    // Exclusive locking reads a WAL without shared memory. The first statement after it gives the lock back.
    else
      patiently(
        () =>
          isWal(path) &&
          db.exec(
            'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema',
          ),
      )
  } catch (error) {
    throw databaseFailure(error, path, 'load', "can't be given its journal mode")
  }
}

/** The busy timeout doesn't cover a change of the journal mode, and other threads change it, too. */
function patiently(change: () => unknown): void {
  for (const giveUp = Date.now() + initPatience; ;) {
    try {
      change()
      return
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > giveUp) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function refuseWalOnNetwork(db: Database.Database, { path, network }: DatabaseFile): void {
  if (network && db.pragma('journal_mode', { simple: true }) === 'wal') {
    throw new SqlFailure(
      'Runtime.InvalidConfiguration',
      `${path} is on a network file system, where WAL corrupts databases: remove PRAGMA journal_mode = WAL from on_connect.sql`,
    )
  }
}

function attachOnce(
  db: Database.Database,
  plan: ConnectionPlan,
  script: Script,
  statement: Statement,
  known: Map<string, Attachment>,
): void {
  try {
    const attachment = readAttach(statement, db, plan)
    const key = attachment.schema.toLowerCase()
    const other = known.get(key)
    if (other && other.file === attachment.file) return
    if (other) throw new AttachError(`'${attachment.schema}' is attached already, as ${other.file}`)
    attach(db, attachment)
    known.set(key, attachment)
  } catch (error) {
    if (error instanceof AttachError)
      throw failureAt(script, statement.offset, 'Runtime.AttachRefused', `ATTACH is refused: ${error.message}`)
    throw blame(db, error, script, statement, 'load')
  }
}

function judgeDatabases(
  db: Database.Database,
  attachments: readonly Attachment[],
): { readonly durable: readonly boolean[]; readonly locked: readonly boolean[] } {
  const durable: boolean[] = []
  const locked: boolean[] = []
  for (const { seq, name, file } of db.pragma('database_list') as {
    readonly seq: number
    readonly name: string
    readonly file: string
  }[]) {
    durable[seq] = file !== '' && seq !== 1
    locked[seq] = attachments.some(({ schema, readonly }) => readonly && schema === name)
  }
  return { durable, locked }
}
