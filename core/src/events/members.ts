import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isBlank,
  openBrace,
  openBracket,
  quote,
  skipBlank,
} from './json-bytes.ts'
import { keyText } from './key-text.ts'

/**
 * A longer string, object or list, such as a body or a batch, is skipped. The members after it are found from the end
 * of the text.
 */
const longValue = 2 * 1024
/** An exception: parts of a request before its body, which are never longer than this. */
const longHead = 24 * 1024
const heads: readonly string[] = [
  'headers',
  'multiValueHeaders',
  'requestContext',
  'cookies',
  'path',
  'rawPath',
  'raw_path',
  'rawQueryString',
  'queryStringParameters',
  'multiValueQueryStringParameters',
  'query_string_parameters',
  'pathParameters',
  'stageVariables',
]
/** Lambda's events have twenty members at most. */
const mostMembers = 64

/** Positions of values, by their keys. */
export type Members = ReadonlyMap<string, number>

/**
 * The members of a JSON object, found in the bytes without parsing; only the keys are copied. A value of more than 2 KB
 * is skipped: the scan continues at the end of the text, backwards. So the time depends on the bytes before and after a
 * body, not on its length.
 *
 * @param start position of the object; blanks may come first
 * @returns the members that were found, which may be incomplete if the text is no JSON or has very long lists;
 * `undefined` when there is no object
 */
export function membersAt(bytes: Buffer, start: number): Members | undefined {
  let at = skipBlank(bytes, start)
  if (bytes[at] !== openBrace) return undefined
  const members = new Map<string, number>()
  at = skipBlank(bytes, at + 1)
  while (bytes[at] === quote && members.size < mostMembers) {
    const keyEnd = endOfString(bytes, at, at + longValue)
    if (keyEnd < 0) break
    const key = keyText(bytes, at + 1, keyEnd - 1) ?? textOf(bytes, at + 1, keyEnd - 1)
    at = skipBlank(bytes, keyEnd)
    if (bytes[at] !== colon) break
    at = skipBlank(bytes, at + 1)
    members.set(key, at)
    const end = endOfValue(bytes, at, at + (heads.includes(key) ? longHead : longValue))
    if (end < 0) {
      if (start === 0) addFromEnd(bytes, members)
      break
    }
    at = skipBlank(bytes, end)
    if (bytes[at] !== comma) break
    at = skipBlank(bytes, at + 1)
  }
  return members
}

/** A list's first element, or -1. */
export function firstElementAt(bytes: Buffer, start: number): number {
  const at = skipBlank(bytes, start)
  return bytes[at] === openBracket ? skipBlank(bytes, at + 1) : -1
}

/** The text of a short string without escapes; `undefined` for any other value. */
export function stringAt(bytes: Buffer, at: number | undefined): string | undefined {
  if (at === undefined || bytes[at] !== quote) return undefined
  const end = endOfString(bytes, at, at + longValue)
  return end < 0 ? undefined : textOf(bytes, at + 1, end - 1)
}

/** True if an object begins there. */
export function isObjectAt(bytes: Buffer, at: number | undefined): boolean {
  return at !== undefined && bytes[at] === openBrace
}

/**
 * Members after a value that is too long, from the last one on. In JSON the beginning of a string is also certain when
 * reading backwards.
 */
function addFromEnd(bytes: Buffer, members: Map<string, number>): void {
  let at = skipBlankBack(bytes, bytes.length - 1)
  if (bytes[at] !== closeBrace) return
  const found: [string, number][] = []
  while (found.length < mostMembers) {
    const start = startOfValue(bytes, skipBlankBack(bytes, at - 1))
    if (start < 0) break
    at = skipBlankBack(bytes, start - 1)
    if (bytes[at] !== colon) break
    const keyEnd = skipBlankBack(bytes, at - 1)
    const key = bytes[keyEnd] === quote ? startOfString(bytes, keyEnd) : -1
    if (key < 0) break
    found.push([textOf(bytes, key + 1, keyEnd), start])
    at = skipBlankBack(bytes, key - 1)
    if (bytes[at] !== comma) break
  }
  for (const [key, value] of found.toReversed()) members.set(key, value)
}

/** The position after a value; -1 when it is too long, or has no end. */
function endOfValue(bytes: Buffer, start: number, limit: number): number {
  const first = bytes[start]
  if (first === quote) return endOfString(bytes, start, limit)
  if (first !== openBrace && first !== openBracket) {
    let at = start
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number
      if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20) break
    }
    return at
  }
  const end = Math.min(bytes.length, limit)
  let depth = 0
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]
    if (byte === quote) {
      at = endOfString(bytes, at, end) - 1
      if (at < 0) return -1
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

function endOfString(bytes: Buffer, start: number, limit: number): number {
  const end = Math.min(bytes.length, limit)
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at]
    if (byte === quote) return at + 1
    if (byte === backslash) at += 1
  }
  return -1
}

function startOfValue(bytes: Buffer, end: number): number {
  const last = bytes[end]
  if (last === quote) return startOfString(bytes, end)
  const limit = Math.max(0, end - longValue)
  if (last !== closeBrace && last !== closeBracket) {
    let at = end
    while (at > limit && isLiteral(bytes[at] as number)) at -= 1
    return at + 1
  }
  let depth = 0
  for (let at = end; at >= limit; at -= 1) {
    const byte = bytes[at]
    if (byte === quote) {
      at = startOfString(bytes, at)
      if (at < 0) return -1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth += 1
    } else if (byte === openBrace || byte === openBracket) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/** The beginning of a string that ends at `end`: an even number of backslashes before a quote escapes nothing. */
function startOfString(bytes: Buffer, end: number): number {
  const limit = Math.max(0, end - longValue)
  for (let at = end - 1; at >= limit; at -= 1) {
    if (bytes[at] !== quote) continue
    let backslashes = 0
    while (backslashes < at - limit && bytes[at - 1 - backslashes] === backslash) backslashes += 1
    if (backslashes % 2 === 0) return at
    at -= backslashes
  }
  return -1
}

/** `true`, `null`, `-1.5e3`. */
function isLiteral(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x2b ||
    byte === 0x45
  )
}

function skipBlankBack(bytes: Buffer, start: number): number {
  let at = start
  while (isBlank(bytes[at])) at -= 1
  return at
}

function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end)
}
