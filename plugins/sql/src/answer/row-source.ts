import type { Database, Statement as Sqlite } from 'better-sqlite3'
import type { SqlValue } from '../event/document.ts'
import { wordAt } from '../script/statement.ts'
import type { Statement } from '../script/statement.ts'
import type { Row } from './answer.ts'
import { maxBytes } from './limit.ts'
import { tooLarge } from './response-size.ts'

/** The use of a statement's rows. `perhaps` the answer: a later statement can't be compiled yet. */
export type Wanted = 'answer' | 'perhaps' | 'none'

/** Rows, or the number of bytes at which they exceeded the limit. */
export type Rows = readonly Row[] | number

/**
 * The rows of a statement. It never holds many more rows than an answer can have, because endless rows would fill the
 * memory. With better-sqlite3's iterator an event of one row takes 10 % longer, and one of ten rows 18 %. So the first
 * rows are read at once, with a `LIMIT`.
 */
export class RowSource {
  readonly #db: Database
  readonly #all: Sqlite<unknown[], Row>
  /** True if its text limits the number of rows. */
  readonly #few: boolean
  readonly #query: Query | undefined
  readonly #first: Sqlite<unknown[], Row> | undefined

  constructor(db: Database, all: Sqlite<unknown[], Row>, statement: Statement) {
    this.#db = db
    this.#all = all.raw(true)
    const words = statement.tokens.map((_, index) => wordAt(statement, index))
    this.#few = statement.verb !== 'update' && !words.includes('from')
    if (this.#few || !all.readonly || words.includes('print')) return
    const query = queryOf(statement, words)
    try {
      this.#first = query && this.#limited(query, firstLimit)
      this.#query = query
    } catch {
      // A `LIMIT` is not possible after VALUES, for example: such rows are read one by one.
    }
  }

  /** The names of the last run. */
  columns(): string[] {
    return (this.#query?.inside ? this.#all : (this.#first ?? this.#all)).columns().map(({ name }) => name)
  }

  /** Only the first row. */
  first(values: readonly unknown[]): readonly Row[] {
    const row = this.#all.get(...values)
    return row === undefined ? [] : [row]
  }

  /**
   * @param rowBytes Length of a row's text without its values.
   * @throws RuleError `ResponseSizeTooLarge` when the rows are too large for an answer.
   */
  read(values: readonly unknown[], wanted: Wanted, rowBytes: number): Rows {
    if (this.#few) return this.#all.all(...values)
    for (let limit = firstLimit; this.#query && limit <= lastLimit; limit *= growth) {
      const limited = limit === firstLimit ? this.#first : this.#limited(this.#query, limit)
      const rows = limited?.all(...values) ?? []
      if (rows.length < limit) return rows
      if (wanted === 'none') break
      const bytes = rows.reduce((sum, row) => sum + leastBytes(row, rowBytes), 0)
      if (bytes > maxBytes && wanted === 'answer') throw tooLarge(bytes)
      // So many rows of this size would exceed the limit: read them one by one.
      if (bytes * growth > 4 * maxBytes) break
    }
    return this.#oneByOne(values, wanted, rowBytes)
  }

  /** The number is in the text, because SQLite compiles a statement again when a `LIMIT ?` gets another value. */
  #limited({ text, inside }: Query, limit: number): Sqlite<unknown[], Row> {
    const sql = inside ? `SELECT * FROM (${text}\n) LIMIT ${limit}` : `${text}\nLIMIT ${limit}`
    return this.#db.prepare<unknown[], Row>(sql).safeIntegers(true).raw(true)
  }

  #oneByOne(values: readonly unknown[], wanted: Wanted, rowBytes: number): Rows {
    const rows: Row[] = []
    let bytes = 0
    for (const row of this.#all.iterate(...values)) {
      if (wanted === 'none' || bytes > maxBytes) continue
      bytes += leastBytes(row, rowBytes)
      if (bytes <= maxBytes) rows.push(row)
      else if (wanted === 'answer') throw tooLarge(bytes)
      else rows.length = 0
    }
    return bytes > maxBytes ? bytes : rows
  }
}

const firstLimit = 100
const growth = 16
const lastLimit = 100 * 16 ** 3

/** A statement that can run twice, and can get a limit. */
interface Query {
  /** Without its semicolon. */
  readonly text: string
  /**
   * True if it has a limit of its own: it is then placed inside another query, which may rename one of two equal
   * columns.
   */
  readonly inside: boolean
}

function queryOf({ text, tokens, star }: Statement, words: readonly string[]): Query | undefined {
  if (words[0] !== 'select' && words[0] !== 'with') return undefined
  let depth = 0
  let inside = false
  for (const word of words) {
    depth += word === '(' ? 1 : word === ')' ? -1 : 0
    inside ||= depth === 0 && word === 'limit'
  }
  // The columns of a `*` may change; these are the columns of the last run.
  if (inside && star) return undefined
  const last = words.at(-1) === ';' ? tokens.at(-2) : tokens.at(-1)
  return { text: text.slice(0, last?.end), inside }
}

/** A lower bound for the row's JSON. */
function leastBytes(row: Row, rowBytes: number): number {
  let bytes = rowBytes
  for (const value of row) bytes += valueBytes(value)
  return bytes
}

function valueBytes(value: SqlValue): number {
  if (typeof value === 'string') return value.length
  return Buffer.isBuffer(value) ? Math.ceil(value.length / 3) * 4 : 1
}
