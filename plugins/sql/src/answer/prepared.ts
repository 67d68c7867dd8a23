import type { Database, Statement as Sqlite } from 'better-sqlite3'
import { answerWriter } from './answer.ts'
import type { AnswerWriter, Row } from './answer.ts'
import type { Directive } from '../script/directive.ts'
import type { Session } from '../event/session.ts'
import type { SqlValue } from '../event/document.ts'
import { wordAt } from '../script/statement.ts'
import type { Statement } from '../script/statement.ts'
import { maxBytes, tooLarge } from './response-size.ts'

/** What a statement's rows are for. `perhaps` the answer: a later statement can't be compiled yet. */
export type Wanted = 'answer' | 'perhaps' | 'none'

/** Rows, or the bytes at which they had become too many. */
export type Rows = readonly Row[] | number

const none: readonly Row[] = []

/** A statement that SQLite has compiled, kept for the life of its connection. */
export class Prepared {
  /** Has result columns. */
  readonly reader: boolean
  /** SQLite's indexes of the databases that it writes: 0 main, 1 temp, 2… attached. */
  readonly writes: readonly number[]
  readonly #sqlite: Sqlite<unknown[], Row>
  readonly #parameters: readonly string[]
  readonly #star: boolean
  readonly #directive: Directive
  /** Gives no more rows than its text names: gathered at once, which is cheaper. */
  readonly #few: boolean
  #columns: string
  #writer: AnswerWriter | undefined

  constructor(db: Database, statement: Statement, directive: Directive) {
    this.#sqlite = db.prepare<unknown[], Row>(statement.text).safeIntegers(true)
    this.reader = this.#sqlite.reader
    if (this.reader) this.#sqlite.raw(true)
    this.writes = this.#sqlite.readonly ? [] : writtenDatabases(db, statement)
    this.#parameters = statement.parameters
    this.#star = statement.star
    this.#directive = directive
    this.#few = statement.verb !== 'update' && !statement.tokens.some((_, index) => wordAt(statement, index) === 'from')
    this.#columns = ''
  }

  /**
   * Runs it to its end and gives its rows, as far as they are wanted: all of them, or for the answer as many as its shape asks for.
   * @throws RuleError `ResponseSizeTooLarge` when the answer's rows can't be an answer any more.
   */
  run(session: Session, wanted: Wanted): Rows {
    const values = this.#parameters.length === 0 ? [] : [this.#bind(session)]
    if (!this.reader) {
      this.#sqlite.run(...values)
      return none
    }
    if (wanted === 'answer' && this.#writer?.firstOnly) {
      const row = this.#sqlite.get(...values)
      return row === undefined ? none : [row]
    }
    if (this.#few) return this.#sqlite.all(...values)
    return wanted === 'none' ? this.#discard(values) : this.#gather(values, wanted)
  }

  #discard(values: unknown[]): Rows {
    for (const _ of this.#sqlite.iterate(...values));
    return none
  }

  /** Endless rows would fill the memory, although nothing beyond {@link maxBytes} can be an answer. */
  #gather(values: unknown[], wanted: Wanted): Rows {
    const rows: Row[] = []
    const rowBytes = this.#writer?.rowBytes ?? 0
    let bytes = 0
    for (const row of this.#sqlite.iterate(...values)) {
      if (bytes > maxBytes) continue
      bytes += rowBytes
      for (const value of row) bytes += leastBytes(value)
      if (bytes <= maxBytes) rows.push(row)
      else if (wanted === 'answer') throw tooLarge(bytes)
      else rows.length = 0
    }
    return bytes > maxBytes ? bytes : rows
  }

  /**
   * What turns the rows into the answer.
   * @param mayChange The schema isn't ours alone: after a run, columns that come from a `*` may be others.
   */
  writer(mayChange: boolean): AnswerWriter {
    if (this.#writer && !(mayChange && this.#star)) return this.#writer
    const names = this.#sqlite.columns().map(({ name }) => name)
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

/** No more than what the value becomes as JSON. */
function leastBytes(value: SqlValue): number {
  if (typeof value === 'string') return value.length
  return Buffer.isBuffer(value) ? Math.ceil(value.length / 3) * 4 : 1
}

/** SQLite begins each statement's program with the transactions that it needs, those of triggers included. */
function writtenDatabases(db: Database, { text, parameters }: Statement): number[] {
  const values = Object.fromEntries(parameters.map((name) => [name, null]))
  const program = db
    .prepare<[object], { readonly opcode: string; readonly p1: number; readonly p2: number }>(`EXPLAIN ${text}`)
    .all(values)
  return program.filter(({ opcode, p2 }) => opcode === 'Transaction' && p2 !== 0).map(({ p1 }) => p1)
}
