import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
  skipBlank,
} from '../events/json-bytes.ts'
import { endOfValue } from '../events/json-walk.ts'

/** The place of a value in a JSON text. */
export interface Span {
  readonly start: number
  /** The position after its last byte. */
  readonly end: number
}

/** The places of the members of the object that begins there; only the keys are parsed. */
export type Spans = ReadonlyMap<string, Span>

/** Thrown for invalid JSON, or for a value of another type than expected. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
}

/**
 * The members of an object, and the position after it.
 * @throws JsonTextError when there is no object
 */
export function membersOf(bytes: Buffer, start: number): { readonly members: Spans; readonly end: number } {
  const members = new Map<string, Span>()
  let at = expect(bytes, skipBlank(bytes, start), openBrace, 'an object')
  if (bytes[at] === closeBrace) return { members, end: at + 1 }
  for (;;) {
    expect(bytes, at, quote, 'a key')
    const keyEnd = endOf(bytes, at)
    const key = bytes.toString('latin1', at + 1, keyEnd - 1)
    at = expect(bytes, skipBlank(bytes, keyEnd), colon, 'a colon')
    const end = endOf(bytes, at)
    members.set(key, { start: at, end })
    at = skipBlank(bytes, end)
    if (bytes[at] === closeBrace) return { members, end: at + 1 }
    at = expect(bytes, at, comma, 'a comma')
  }
}

/**
 * The objects of a list.
 * @throws JsonTextError when there is no list, or when an item is no object
 */
export function objectsOf(bytes: Buffer, start: number, onObject: (object: Span) => void): void {
  let at = expect(bytes, skipBlank(bytes, start), openBracket, 'a list')
  if (bytes[at] === closeBracket) return
  for (;;) {
    if (bytes[at] !== openBrace) throw new JsonTextError(`at byte ${at} there is no object`)
    const end = endOf(bytes, at)
    onObject({ start: at, end })
    at = skipBlank(bytes, end)
    if (bytes[at] === closeBracket) return
    at = expect(bytes, at, comma, 'a comma')
  }
}

/** The text of a string, without its escapes; `undefined` for any other value. */
export function stringOf(bytes: Buffer, span: Span | undefined): string | undefined {
  if (!span || bytes[span.start] !== quote) return undefined
  return JSON.parse(bytes.toString('utf8', span.start, span.end)) as string
}

/** The unchanged text of a value. */
export function textOf(bytes: Buffer, { start, end }: Span): string {
  return bytes.toString('utf8', start, end)
}

export function isString(bytes: Buffer, span: Span | undefined): span is Span {
  return span !== undefined && bytes[span.start] === quote
}

/** The position after a required character and the following blanks. */
function expect(bytes: Buffer, at: number, character: number, what: string): number {
  if (bytes[at] !== character) throw new JsonTextError(`at byte ${at} there is no ${what.replace(/^an? /, '')}`)
  return skipBlank(bytes, at + 1)
}

function endOf(bytes: Buffer, start: number): number {
  const end = endOfValue(bytes, start)
  if (end < 0) throw new JsonTextError(`the value at byte ${start} has no end`)
  return end
}
