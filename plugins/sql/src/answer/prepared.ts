import type { Database, Statement as Sqlite } from 'better-sqlite3'
import { answerWriter } from './answer.ts'
import type { AnswerWriter, Row } from './answer.ts'
import type { Directive } from '../script/directive.ts'
import type { Session } from '../event/session.ts'
import type { Statement } from '../script/statement.ts'
import { RowSource } from './row-source.ts'
import type { Rows, Wanted } from './row-source.ts'

const none: readonly Row[] = []

/** A statement that SQLite has compiled, kept for the life of its connection. */
export class Prepared {
  /** True if it has result columns. */
  readonly reader: boolean
  /** SQLite's indexes of the databases that it writes: 0 main, 1 temp, 2… attached. */
  readonly writes: readonly number[]
  readonly #sqlite: Sqlite<unknown[], Row>
  readonly #rows: RowSource | undefined
  readonly #parameters: readonly string[]
  readonly #star: boolean
  readonly #directive: Directive
  #columns: string
  #writer: AnswerWriter | undefined

  constructor(db: Database, statement: Statement, directive: Directive) {
    this.#sqlite = db.prepare<unknown[], Row>(statement.text).safeIntegers(true)
    this.reader = this.#sqlite.reader
    if (this.reader) this.#rows = new RowSource(db, this.#sqlite, statement)
    this.writes = this.#sqlite.readonly ? [] : writtenDatabases(db, statement)
    this.#parameters = statement.parameters
    this.#star = statement.star
    this.#directive = directive
    this.#columns = ''
  }

  /**
   * Runs it to its end and returns the needed rows: all of them, or for the answer as many as its shape needs.
   * @throws RuleError `ResponseSizeTooLarge` when the rows are too large for an answer.
   */
  run(session: Session, wanted: Wanted): Rows {
    const values = this.#parameters.length === 0 ? [] : [this.#bind(session)]
    if (!this.#rows) {
      this.#sqlite.run(...values)
      return none
    }
    if (wanted === 'answer' && this.#writer?.firstOnly) return this.#rows.first(values)
    return this.#rows.read(values, wanted, this.#writer?.rowBytes ?? 0)
  }

  /**
   * The converter of rows into the answer.
   * @param mayChange True if another program may change the schema: after a run, the columns of a `*` may differ.
   */
  writer(mayChange: boolean): AnswerWriter {
    if (this.#writer && !(mayChange && this.#star)) return this.#writer
    const names = this.#rows?.columns() ?? []
    const columns = names.join('\0')
    if (!this.#writer || columns !== this.#columns) {
      this.#writer = answerWriter(names, this.#directive)
      this.#columns = columns
    }
    return this.#writer
  }

  #bind(session: Session): Record<string, unknown> {
    const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const name of this.#parameters) values[name] = session.event?.key(name) ?? null
    return values
  }
}

/** SQLite's program for a statement begins with the transactions that it needs, including those of triggers. */
function writtenDatabases(db: Database, { text, parameters }: Statement): number[] {
  const values = Object.fromEntries(parameters.map((name) => [name, null]))
  const program = db
    .prepare<[object], { readonly opcode: string; readonly p1: number; readonly p2: number }>(`EXPLAIN ${text}`)
    .all(values)
  return program.filter(({ opcode, p2 }) => opcode === 'Transaction' && p2 !== 0).map(({ p1 }) => p1)
}
