import { RuleError } from '../rule-error.ts'
import type { SqlValue } from '../event/document.ts'

/*
 * The values that the columns of an HTTP answer may have. Front doors answer 502 for any other value, with the reason
 * in a log that few have turned on. Here the event fails, and the error names the column and the value.
 */

/** An integer from 100 to 599, or text that is one. @throws RuleError */
export function statusCode(value: SqlValue): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value.trim()) ? Number(value) : value
  if ((typeof status === 'bigint' || typeof status === 'number') && status >= 100 && status < 600)
    if (Number.isInteger(Number(status))) return Number(status)
  throw wrong('statusCode', 'an integer from 100 to 599', value)
}

/** 1 and 0, also as the text `true` and `false`. @throws RuleError */
export function isBase64Encoded(value: SqlValue): boolean {
  if (value === 1n || value === 'true') return true
  if (value === 0n || value === 'false' || value === null) return false
  throw wrong('isBase64Encoded', '1 or 0', value)
}

/**
 * JSON of an object: name → text, or a list of texts; numbers and booleans become text. A correct text is returned
 * unchanged. @throws RuleError
 */
export function headers(parsed: unknown, column: string): unknown {
  const fields = entries(parsed, column)
  const texts = fields.map(([name, value]) => {
    if (!Array.isArray(value)) return [name, headerValue(value, name, column)] as const
    const list = value.map((one) => headerValue(one, name, column))
    return [name, list.every((text, index) => text === value[index]) ? (value as string[]) : list] as const
  })
  return texts.every(([, text], index) => text === fields[index]?.[1]) ? parsed : Object.fromEntries(texts)
}

/** The same with a list of texts for each name. @throws RuleError */
export function multiValueHeaders(parsed: unknown, column: string): unknown {
  const fields = entries(parsed, column).map(([name, values]) => {
    if (!Array.isArray(values)) throw wrong(`${column}' at '${name}`, 'a list of texts', values)
    return [name, values, values.map((value) => headerValue(value, name, column))] as const
  })
  const same = fields.every(([, values, texts]) => texts.every((text, index) => text === values[index]))
  return same ? parsed : Object.fromEntries(fields.map(([name, , texts]) => [name, texts]))
}

/** JSON of an array of `name=value; attributes`. @throws RuleError */
export function cookies(parsed: unknown, column: string): unknown {
  if (!Array.isArray(parsed)) throw wrong(column, 'a JSON array', parsed)
  for (const [index, cookie] of parsed.entries())
    if (typeof cookie !== 'string' || forbidden.test(cookie))
      throw wrong(`${column}' at '${index}`, 'text without control characters', cookie)
  return parsed
}

/** `token` of RFC 9110. */
const headerName = /^[\w!#$%&'*+.^`|~-]+$/
/** A line break would start another header. */
const forbidden = /[\0-\x08\x0A-\x1F\x7F]/

function entries(parsed: unknown, column: string): [string, unknown][] {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw wrong(column, 'a JSON object', parsed)
  for (const name of Object.keys(parsed))
    if (!headerName.test(name)) throw wrong(column, 'a JSON object of header names', name)
  return Object.entries(parsed)
}

function headerValue(value: unknown, name: string, column: string): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text === 'string' && !forbidden.test(text)) return text
  throw wrong(`${column}' at '${name}`, 'text without control characters', value)
}

export function wrong(column: string, expected: string, value: unknown): RuleError {
  return new RuleError('InvalidAnswer', `column '${column}' must be ${expected}, but is: ${shown(value)}`)
}

function shown(value: unknown): string {
  if (Buffer.isBuffer(value)) return `a blob of ${value.length} bytes`
  const text = typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value : JSON.stringify(value)
  const line = text.replaceAll(/[\0-\x1F\x7F]/g, (character) => JSON.stringify(character).slice(1, -1))
  return line.length > 100 ? `${line.slice(0, 100)}…` : line
}
