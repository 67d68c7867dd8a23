import type { Database, Statement } from 'better-sqlite3'
import { transactionFailure } from '../script/failure.ts'
import type { Source } from '../script/failure.ts'

/** What surrounds the statements of an event. */
export interface Frame {
  /**
   * `none`: nothing to undo and nothing to hold together. `read`: several statements see one state of a file. `write`: takes the write lock
   * first, because a reader that turns into a writer may be refused at once.
   */
  readonly begin: 'none' | 'read' | 'write'
  /** Something is written that is to stay. */
  readonly keep: boolean
  /** What is written that must be gone after the event, although other things stay. */
  readonly clear: 'nothing' | 'temporary' | 'everything'
}

/** The transaction that an event is. */
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

  /** @throws SqlFailure, when the lock isn't to be had in time. */
  begin({ begin }: Frame, source: Source): void {
    if (begin === 'none') return
    try {
      if (begin === 'write') this.#write.run()
      else this.#read.run()
    } catch (error) {
      throw transactionFailure(error, source, 'began', 'run')
    }
  }

  /** Keeps what is to stay, undoes the rest. @throws SqlFailure, for a constraint that is checked at the end, too. */
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

  /** After an error: everything back. SQLite has done it itself for some. */
  undo(): void {
    if (this.#db.inTransaction) this.#rollback.run()
  }
}
