import type { Directive } from '../script/directive.ts'
import type { SqlValue } from '../event/document.ts'
import { httpRow } from './http-row.ts'
import type { HttpRow } from './http-row.ts'
import { JsonPieces, jsonString } from './json-pieces.ts'
import type { JsonPiece } from './json-pieces.ts'
import { RuleError } from '../rule-error.ts'
import { cookies, headers, isBase64Encoded, multiValueHeaders, statusCode, wrong } from './http-head.ts'

/** The finished answer: JSON, a raw body with its content type, or the parts of an HTTP answer for the host. */
export type SqlAnswer = JsonPiece | { readonly body: string | Uint8Array; readonly contentType: string } | HttpRow

export type Row = readonly SqlValue[]

/** Turns the rows of one statement into the answer; made once, because names and shape don't change between events. */
export interface AnswerWriter {
  /** True if only the first row is needed. */
  readonly firstOnly: boolean
  /** The length of a row's text without its values, in bytes. */
  readonly rowBytes: number
  write(rows: readonly Row[]): SqlAnswer
}

/**
 * @param columns Names in the order of the query.
 * @throws RuleError when two columns have one name, or the shape needs other columns.
 */
export function answerWriter(columns: readonly string[], directive: Directive): AnswerWriter {
  const { shape, json } = directive
  if (shape === 'value' || shape === 'body') {
    if (columns.length !== 1)
      throw new RuleError(
        'InvalidAnswer',
        `the shape '${shape}' is for one column; there are ${columns.length}: ${columns.join(', ')}`,
      )
  } else {
    refuseDuplicates(columns)
  }
  for (const name of json) {
    if (!columns.includes(name))
      throw new RuleError(
        'InvalidAnswer',
        `the file declares '${name}' as JSON, but there is no such column; the columns are ${columns.join(', ')}`,
      )
  }

  const plain = rowWriter(
    columns.map((name) => ({
      key: `${JSON.stringify(name)}:`,
      write: json.has(name) ? jsonText(name) : pieceWriter(name),
    })),
  )
  const one = (row: Row): JsonPiece => {
    const pieces = new JsonPieces()
    plain(row, pieces)
    return pieces.join()
  }
  const object: (row: Row) => SqlAnswer = columns.includes('statusCode') ? httpWriter(columns, json) : one
  const rowBytes = columns.reduce((sum, name) => sum + name.length + '"":,'.length, 1)
  const array = (rows: readonly Row[]): JsonPiece => {
    const pieces = new JsonPieces()
    for (let index = 0; index < rows.length; index += 1) {
      pieces.add(index === 0 ? '[' : ',')
      plain(rows[index] as Row, pieces)
    }
    pieces.add(rows.length === 0 ? '[]' : ']')
    return pieces.join()
  }
  switch (shape) {
    case 'rows':
      return { firstOnly: false, rowBytes, write: array }
    case 'row':
      return { firstOnly: true, rowBytes, write: ([row]) => (row ? object(row) : 'null') }
    case 'value': {
      const name = columns[0] as string
      const write = json.has(name) ? jsonText(name) : pieceWriter(name)
      return { firstOnly: true, rowBytes, write: ([row]) => (row ? write(row[0] as SqlValue) : 'null') }
    }
    case 'body':
      return { firstOnly: true, rowBytes, write: ([row]) => rawBody(row?.[0] ?? null, directive.contentType) }
    default:
      return {
        firstOnly: false,
        rowBytes,
        write: (rows) => {
          if (rows.length > 1) return array(rows)
          return rows[0] ? object(rows[0]) : 'null'
        },
      }
  }
}

type WriteValue<Written = string> = (value: SqlValue) => Written

interface Field {
  /** `"name":` */
  readonly key: string
  readonly write: WriteValue<JsonPiece>
}

function rowWriter(fields: readonly Field[]): (row: Row, pieces: JsonPieces) => void {
  return (row, pieces) => {
    for (let index = 0; index < fields.length; index += 1) {
      const { key, write } = fields[index] as Field
      pieces.add(index === 0 ? `{${key}` : `,${key}`)
      pieces.add(write(row[index] as SqlValue))
    }
    pieces.add('}')
  }
}

/** An HTTP answer: the rule of front doors for each key. */
function httpWriter(columns: readonly string[], json: ReadonlySet<string>): (row: Row) => HttpRow {
  const body = columns.indexOf('body')
  const fields = columns.map((name) => (name === 'body' ? () => '' : httpField(name, json)))
  const number = writer('body')
  return (row) =>
    httpRow(
      columns,
      fields.map((write, index) => write(row[index] as SqlValue)),
      row[body] ?? null,
      number,
    )
}

function httpField(name: string, json: ReadonlySet<string>): WriteValue {
  const write = writer(name)
  switch (name) {
    case 'headers':
      return checked(name, 'a JSON object', headers)
    case 'multiValueHeaders':
      return checked(name, 'a JSON object', multiValueHeaders)
    case 'cookies':
      return checked(name, 'a JSON array', cookies)
    case 'statusCode':
      return (value) => String(statusCode(value))
    case 'isBase64Encoded':
      return (value) => String(isBase64Encoded(value))
    default:
      return json.has(name) ? jsonText(name) : write
  }
}

/** JSON text, changed only if front doors need another form. */
function checked(name: string, kind: string, check: (parsed: unknown, column: string) => unknown): WriteValue {
  return (value) => {
    if (value === null) return 'null'
    if (typeof value !== 'string') throw wrong(name, kind, value)
    const before = parsed(value, name, kind)
    const after = check(before, name)
    return after === before ? value : JSON.stringify(after)
  }
}

function pieceWriter(name: string): WriteValue<JsonPiece> {
  const write = writer(name)
  return (value) => (typeof value === 'string' ? jsonString(value) : write(value))
}

function writer(name: string): WriteValue {
  return (value) => {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value)
      case 'bigint':
        return value.toString()
      case 'number':
        return real(value, name)
      default:
        return value === null ? 'null' : `"${value.toString('base64')}"`
    }
  }
}

/** A whole real keeps its `.0`, as in SQLite's own JSON. */
function real(value: number, name: string): string {
  if (!Number.isFinite(value))
    throw new RuleError('InvalidAnswer', `column '${name}' is infinite, and JSON has no such number`)
  const text = Object.is(value, -0) ? '-0' : String(value)
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

function jsonText(name: string): WriteValue {
  const write = writer(name)
  return (value) => {
    if (typeof value !== 'string') return write(value)
    parsed(value, name, 'JSON')
    return value
  }
}

function parsed(text: string, name: string, kind: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong(name, kind, text)
  }
}

function rawBody(value: SqlValue, contentType: string | undefined): SqlAnswer {
  if (Buffer.isBuffer(value)) return { body: value, contentType: contentType ?? 'application/octet-stream' }
  return {
    body: value === null ? '' : typeof value === 'string' ? value : writer('body')(value),
    contentType: contentType ?? 'text/plain; charset=utf-8',
  }
}

function refuseDuplicates(columns: readonly string[]): void {
  const twice = new Set(columns.filter((name, index) => columns.indexOf(name) !== index))
  if (twice.size > 0) {
    throw new RuleError(
      'DuplicateColumn',
      `the answer has more than one column named ${[...twice].map((name) => `'${name}'`).join(' and ')}; give them different names with AS`,
    )
  }
}
