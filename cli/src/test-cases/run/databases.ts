import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { isInside } from '@anyhandler/core/host'
import type { BuiltIn } from '@anyhandler/core/host'
import { sqlTesting } from '../../built-ins.ts'
import type { SqlModule, SqlOptions, SqlTesting } from '../../built-ins.ts'
import type { StartDatabase } from '../format/test-case.ts'

type DatabaseSnapshot = ReturnType<SqlTesting['DatabaseSnapshot']['of']>

/** A database of the function, in the worker's folder in place of the configured one. */
interface Known {
  readonly file: string
  /** As it is when the function has started and served nothing. */
  readonly copy: string
  /** Absolute, if it has one. */
  readonly migrations?: string
  snapshot?: DatabaseSnapshot
  /** Made by a case for itself. */
  isOwn: boolean
}

/** A case asks for a database, and the function can't have it. */
export class DatabaseFault extends Error {}

/**
 * The databases of a worker: the SQL plugin gets a file of the worker's own for the configured one, and each case finds
 * it as the function's start leaves it.
 */
export class Databases {
  readonly #root: string
  readonly #folder: string
  readonly #known = new Map<string, Known>()
  /** The author's functions keep module state in a thread. */
  hasFunctions = false

  constructor(root: string, folder: string) {
    this.#root = root
    this.#folder = folder
  }

  /** The SQL plugin with its database in the worker's folder. */
  moved(sql: BuiltIn): BuiltIn {
    return {
      ...sql,
      load: async () => {
        const { default: factory } = (await sql.load()) as SqlModule
        return { default: (options: SqlOptions) => factory(this.#movedOptions(options)) }
      },
    }
  }

  /**
   * Makes the database as the case wants it, before the function starts: no function may be open.
   * @throws DatabaseFault
   */
  async begin({ from, migratedTo }: StartDatabase): Promise<void> {
    const sql = await sqlTesting()
    const known = this.#only()
    known.snapshot?.close()
    delete known.snapshot
    known.isOwn = true
    sql.removeDatabase(known.file)
    await told('database', () => {
      if (from !== undefined && sql.isDatabase(from)) copyFileSync(from, known.file)
      else if (from !== undefined) sql.runSql(known.file, readFileSync(from, 'utf8'))
      else if (migratedTo !== undefined) {
        if (known.migrations === undefined) throw new Error('the function has no migrations')
        sql.migrateTo(known.file, known.migrations, migratedTo, this.#root)
      }
    })
  }

  /** Call it when a function has started: the next case begins with the state that the function gave a new database. */
  async started(): Promise<void> {
    for (const known of this.#known.values()) {
      if (known.snapshot || known.isOwn || !existsSync(known.file)) continue
      known.snapshot = await (await sqlTesting()).DatabaseSnapshot.take(known.file, known.copy)
    }
  }

  /** @throws DatabaseFault with what SQLite says */
  async run(statements: string): Promise<void> {
    const sql = await sqlTesting()
    const { file } = this.#only()
    await told('database.run', () => sql.runSql(file, statements))
  }

  /** @throws DatabaseFault */
  async query(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const sql = await sqlTesting()
    const { file } = this.#only()
    return told('query', () => sql.queryRows(file, statement))
  }

  /** Puts the databases back. @returns whether no function may be open for it */
  get mustClose(): boolean {
    return [...this.#known.values()].some(({ isOwn }) => isOwn)
  }

  async restore(): Promise<void> {
    for (const known of this.#known.values()) {
      if (!known.isOwn) {
        await known.snapshot?.restore()
        continue
      }
      const sql = await sqlTesting()
      known.isOwn = false
      sql.removeDatabase(known.file)
      if (!existsSync(known.copy)) continue
      copyFileSync(known.copy, known.file)
      known.snapshot = sql.DatabaseSnapshot.of(known.file, known.copy)
    }
  }

  get isKnown(): boolean {
    return this.#known.size > 0
  }

  close(): void {
    for (const { snapshot } of this.#known.values()) snapshot?.close()
  }

  #movedOptions(options: SqlOptions): SqlOptions {
    const { database, migrations = 'migrations', functions } = options
    if (functions !== undefined) this.hasFunctions = true
    if (typeof database !== 'string' || database === ':memory:') return options
    const path = resolve(this.#root, database)
    if (isInside({ path, folder: this.#root })) return options
    const folder = typeof migrations === 'string' ? resolve(this.#root, migrations) : undefined
    const known = this.#known.get(path) ?? {
      file: join(this.#folder, `${this.#known.size}-${basename(path)}`),
      copy: join(this.#folder, `${this.#known.size}-${basename(path)}.start`),
      ...(folder !== undefined && existsSync(folder) && { migrations: folder }),
      isOwn: false,
    }
    this.#known.set(path, known)
    return { ...options, database: known.file }
  }

  #only(): Known {
    const [known] = this.#known.values()
    if (known) return known
    throw new DatabaseFault(
      'the case needs a database, but the function has no writable database file: name one in plugins.sql.options.database of the configuration',
    )
  }
}

async function told<Value>(key: string, work: () => Value): Promise<Value> {
  try {
    return work()
  } catch (error) {
    throw new DatabaseFault(`${key}: ${(error as Error).message}`)
  }
}
