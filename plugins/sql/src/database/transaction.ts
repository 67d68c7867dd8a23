import type { Database, Statement } from 'better-sqlite3'
import { transactionFailure } from '../script/failure.ts'
import type { Source } from '../script/failure.ts'

/** The transaction around the statements of an event. */
export interface Frame {
  /**
   * `none`: there is nothing to undo, and a single read. `read`: several statements see one state of a file. `write`:
   * takes the write lock first, because a reader that turns into a writer may be refused at once.
   */
  readonly begin: 'none' | 'read' | 'write'
  /** True if the event writes data that must stay. */
  readonly keep: boolean
  /** Schemas whose changes must be undone after the event, although others stay. */
  readonly clear: 'nothing' | 'temporary' | 'everything'
}

/** The transaction of an event. */
export class Transaction {
  readonly #db: Database
  readonly #read: Statement
  readonly #write: Statement
  readonly #commit: Statement
  readonly #rollback: Statement

  constructor(db: Database) {
    this.#db = db
    this.#read = db.prepare('BEGIN')
    this.#write = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
  }

  /** @throws SqlFailure, when the lock is not free in time. */
  begin({ begin }: Frame, source: Source): void {
    if (begin === 'none') return
    try {
      if (begin === 'write') this.#write.run()
      else this.#read.run()
    } catch (error) {
      throw transactionFailure(error, source, 'began', 'run')
    }
  }

  /**
   * Commits data that must stay, and undoes the rest. @throws SqlFailure, also for a constraint that is checked at the
   * end.
   */
  end({ begin, keep }: Frame, source: Source): void {
    if (begin === 'none') return
    if (!keep) {
      this.#rollback.run()
      return
    }
    try {
      this.#commit.run()
    } catch (error) {
      throw transactionFailure(error, source, 'ended', 'run')
    }
  }

  /** Undoes everything after an error. For some errors SQLite has already done so. */
  undo(): void {
    if (this.#db.inTransaction) this.#rollback.run()
  }
}
