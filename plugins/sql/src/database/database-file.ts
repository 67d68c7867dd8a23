import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isInside } from '@anyhandler/core'
import Database from 'better-sqlite3'
import { databaseFault } from './database-fault.ts'
import { SqlFailure } from '../script/failure.ts'
import { realPath } from './paths.ts'

/** The place of a database, with the properties of that place. */
export interface DatabaseFile {
  /** `:memory:` or an absolute path. */
  readonly path: string
  readonly readonly: boolean
  /** On a network file system, where the shared memory of WAL doesn't work. */
  readonly network: boolean
  /** True for WAL mode, false for a rollback journal. */
  readonly wal: boolean
}

/** `auto`: WAL if it works there. */
export type Journal = 'auto' | 'rollback'

const memory: DatabaseFile = { path: ':memory:', readonly: false, network: false, wal: false }

/**
 * File systems of other machines, by their number in `statfs(2)`: NFS (EFS is one), SMB, CIFS, SMB2, FUSE, 9P, Ceph,
 * AFS.
 */
const networkTypes = new Set([
  0x6969, 0x51_7b, 0xff_53_4d_42, 0xfe_53_4d_42, 0x65_73_55_46, 0x01_02_19_97, 0x00_c3_64_00, 0x53_46_41_4f,
])

export function isNetwork(path: string): boolean {
  return networkTypes.has(statfsSync(path).type)
}

export interface DatabasePlace {
  readonly taskRoot: string
  /** The process's own folder, for copies. */
  readonly tmp: string
  /** Writes a line to the log. */
  note(line: string): void
}

/**
 * Finds the configured database. In the task root, and if the file is not writable, it is opened read-only. A file in
 * WAL mode, or with a journal to roll back, can't even be read there, so it is copied.
 * @throws SqlFailure `Runtime.InvalidConfiguration` when it can't exist, `Runtime.DatabaseUnavailable` when it is no
 * valid database.
 */
export function findDatabase(database: string, journal: Journal, { taskRoot, tmp, note }: DatabasePlace): DatabaseFile {
  if (database === ':memory:') return memory
  const path = realPath(resolve(taskRoot, database))
  const folder = dirname(path)
  const exists = existsSync(path)
  const inTaskRoot = isInside({ path, folder: taskRoot })
  if (!exists && inTaskRoot)
    throw missing(
      database,
      `${path} does not exist, and the task root is opened read-only; ship the file, or put it below /tmp`,
    )
  if (!exists && !existsSync(folder)) throw missing(database, `the folder ${folder} does not exist`)
  const readonly = inTaskRoot || !isWritable(exists ? path : folder) || !isWritable(folder)
  if (exists) refuseFault(path, readonly)
  if (readonly && needsCopy(path))
    return { path: copyToWritable(path, tmp, note), readonly: true, network: false, wal: false }
  const network = isNetwork(folder)
  return { path, readonly, network, wal: journal === 'auto' && !network }
}

/** @throws SqlFailure `Runtime.DatabaseUnavailable` for a file that is no valid database. */
export function refuseFault(path: string, readonly: boolean): void {
  const fault = databaseFault(path, readonly)
  if (fault) throw new SqlFailure('Runtime.DatabaseUnavailable', `${path} ${fault.problem}; ${fault.cure}`)
}

/** Bytes 18 and 19 of the header are 2 in WAL mode. */
export function isWal(path: string): boolean {
  if (!existsSync(path)) return false
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(20)
    return readSync(file, header, 0, 20, 0) === 20 && header[18] === 2 && header[19] === 2
  } finally {
    closeSync(file)
  }
}

/** In a read-only place SQLite can't read a database in WAL mode or with a journal to roll back. */
export function needsCopy(path: string): boolean {
  return isWal(path) || hasHotJournal(path)
}

/** A journal whose first byte isn't 0 comes from a writer that didn't end its transaction. */
function hasHotJournal(path: string): boolean {
  const journal = `${path}-journal`
  if (!existsSync(journal)) return false
  const file = openSync(journal, 'r')
  try {
    const first = Buffer.alloc(1)
    return readSync(file, first, 0, 1, 0) === 1 && first[0] !== 0
  } finally {
    closeSync(file)
  }
}

/** A copy with a rollback journal and nothing to roll back; later threads use the copy of the first. */
export function copyToWritable(path: string, tmp: string, note: (line: string) => void): string {
  const { mtimeMs, size, ino } = statSync(path)
  const copy = join(tmp, `${ino}-${size}-${Math.trunc(mtimeMs)}-${basename(path)}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}-${process.hrtime.bigint()}`
  for (const part of ['', '-wal', '-journal']) {
    if (part !== '' && !existsSync(path + part)) continue
    copyFileSync(path + part, draft + part)
    // The copy has the same mode as the original, so make it writable.
    chmodSync(draft + part, 0o600)
  }
  const why = isWal(path)
    ? 'is in WAL mode, which is impossible in a read-only place'
    : 'has a journal to roll back, which is impossible in a read-only place'
  const db = new Database(draft)
  try {
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
  renameSync(draft, copy)
  note(`${path} ${why}: copied to ${copy}; run PRAGMA journal_mode = DELETE before you ship it to avoid the copy`)
  return copy
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function missing(database: string, why: string): SqlFailure {
  return new SqlFailure('Runtime.InvalidConfiguration', `plugins.sql.options.database is '${database}': ${why}`)
}
