import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
  skipBlank,
} from './json-bytes.ts'
import { keyText } from './key-text.ts'

/** A member of a JSON object: the positions of its key and its value. */
export interface Member {
  readonly key: string
  readonly keyAt: number
  readonly at: number
}

/** For a longer string, such as a body, the walk searches the closing quote instead of reading every byte. */
const longString = 256
/** A search shorter than this didn't pay off: the string is full of escapes. */
const shortSearch = 64

/**
 * The members of a JSON object, of any length. A value is read only when the next member is requested. `kindOf` is
 * faster, but less exact.
 *
 * @param start position of the object; blanks may come first
 * @returns ends early in a text that is no JSON
 */
export function* membersFrom(bytes: Buffer, start: number): Generator<Member, void, undefined> {
  let member = firstMember(bytes, start)
  while (member) {
    yield member
    member = nextMember(bytes, member)
  }
}

/** All members of {@link membersFrom} at once: faster if all are needed. */
export function allMembers(bytes: Buffer): readonly Member[] {
  const members: Member[] = []
  for (let member = firstMember(bytes, 0); member; member = nextMember(bytes, member)) members.push(member)
  return members
}

function firstMember(bytes: Buffer, start: number): Member | undefined {
  const at = skipBlank(bytes, start)
  return bytes[at] === openBrace ? memberAt(bytes, skipBlank(bytes, at + 1)) : undefined
}

function nextMember(bytes: Buffer, { at }: Member): Member | undefined {
  const end = endOfValue(bytes, at)
  if (end < 0) return undefined
  const behind = skipBlank(bytes, end)
  return bytes[behind] === comma ? memberAt(bytes, skipBlank(bytes, behind + 1)) : undefined
}

function memberAt(bytes: Buffer, keyAt: number): Member | undefined {
  if (bytes[keyAt] !== quote) return undefined
  const keyEnd = endOfString(bytes, keyAt)
  if (keyEnd < 0) return undefined
  const at = skipBlank(bytes, keyEnd)
  if (bytes[at] !== colon) return undefined
  return { key: keyOf(bytes, keyAt, keyEnd), keyAt, at: skipBlank(bytes, at + 1) }
}

/** The positions of a list's elements. An element is read only when the next one is requested. */
export function* elementsFrom(bytes: Buffer, start: number): Generator<number, void, undefined> {
  let at = skipBlank(bytes, start)
  if (bytes[at] !== openBracket) return
  at = skipBlank(bytes, at + 1)
  while (at < bytes.length && bytes[at] !== closeBracket) {
    yield at
    at = endOfValue(bytes, at)
    if (at < 0) return
    at = skipBlank(bytes, at)
    if (bytes[at] !== comma) return
    at = skipBlank(bytes, at + 1)
  }
}

/** A parsed value; `undefined` when it is no JSON. */
export function valueAt(bytes: Buffer, at: number | undefined): unknown {
  if (at === undefined) return undefined
  const end = endOfValue(bytes, at)
  if (end < 0) return undefined
  try {
    return JSON.parse(bytes.toString('utf8', at, end)) as unknown
  } catch {
    return undefined
  }
}

/** The position after a value; -1 when it has no end. */
export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start]
  if (first === quote) return endOfString(bytes, start)
  if (first !== openBrace && first !== openBracket) return endOfLiteral(bytes, start)
  let depth = 0
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) {
      at = endOfString(bytes, at) - 1
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

/** `true`, `null`, `-1.5e3`. */
function endOfLiteral(bytes: Buffer, start: number): number {
  let at = start
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20) break
  }
  return at > start ? at : -1
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  for (let walked = at + longString; ; walked = at + longString) {
    for (; at < walked; at += 1) {
      const byte = bytes[at]
      if (byte === quote) return at + 1
      if (byte === undefined) return -1
      if (byte === backslash) at += 1
    }
    // A long string: searches the closing quote, as long as this is fast.
    for (;;) {
      const end = bytes.indexOf(quote, at)
      if (end < 0) return -1
      if (!isEscaped(bytes, at, end)) return end + 1
      const isSlow = end - at < shortSearch
      at = end + 1
      if (isSlow) break
    }
  }
}

/** An odd number of backslashes before a quote escapes it. `from` must not lie inside an escape. */
function isEscaped(bytes: Buffer, from: number, at: number): boolean {
  let backslashes = 0
  while (at - backslashes > from && bytes[at - 1 - backslashes] === backslash) backslashes += 1
  return backslashes % 2 === 1
}

function keyOf(bytes: Buffer, start: number, end: number): string {
  const text = keyText(bytes, start + 1, end - 1)
  if (text !== undefined) return text
  try {
    return JSON.parse(bytes.toString('utf8', start, end)) as string
  } catch {
    return bytes.toString('latin1', start + 1, end - 1)
  }
}
