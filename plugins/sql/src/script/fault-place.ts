import { significantTokens, unquote } from './tokens.ts'
import type { Token } from './tokens.ts'

/**
 * Where in a statement SQLite's complaint points to: SQLite knows the offset, but better-sqlite3 doesn't hand it on.
 *
 * @param problemOf What SQLite says when it prepares a text; nothing if it is fine.
 * @returns Offset in UTF-16 units; 0, the statement's beginning, for complaints that name no place.
 */
export function locateFault(message: string, text: string, problemOf: (sql: string) => string | undefined): number {
  const tokens = significantTokens(text)
  if (message === 'incomplete input') return text.length
  const near = /^near "(?<token>[^]*)": syntax error$/.exec(message)?.groups?.token
  if (near !== undefined) {
    // The parser stops at the first token that can't follow: the shortest beginning of the statement with the same complaint ends with it.
    const found = tokens.find(
      (token) =>
        text.slice(token.start, token.end).startsWith(near) &&
        problemOf(text.slice(0, token.start + near.length)) === message,
    )
    return found?.start ?? 0
  }
  const unknown = /^unrecognized token: "(?<token>[^]*)"$/.exec(message)?.groups?.token
  if (unknown !== undefined) return tokens.find((token) => text.startsWith(unknown, token.start))?.start ?? 0
  const name = patterns.map((pattern) => pattern.exec(message)?.groups?.name).find((found) => found !== undefined)
  return name === undefined ? 0 : offsetOfName(name, text, tokens)
}

const patterns = [
  /^no such (?:\w+ )*\w+: (?<name>.+?)(?: - should this be .*)?$/,
  /^table \S+ has no column named (?<name>.+)$/,
  /^ambiguous column name: (?<name>.+)$/,
  /^(?:wrong number of arguments to|misuse of aggregate|misuse of window) function:? (?<name>\w+)\(\)$/,
  /^near (?<name>\w+)$/,
]

/** First place where the name stands, with the qualifiers that the message gives: `t.a`. */
function offsetOfName(name: string, text: string, tokens: readonly Token[]): number {
  const parts = name.split('.').map((part) => unquote(part).toLowerCase())
  const nameOf = (index: number): string => {
    const token = tokens[index]
    return token ? unquote(text.slice(token.start, token.end)).toLowerCase() : ''
  }
  for (const [index, token] of tokens.entries()) {
    if (parts.every((part, at) => nameOf(index + 2 * at) === part && (at === 0 || nameOf(index + 2 * at - 1) === '.')))
      return token.start
  }
  return parts.length > 1 ? offsetOfName(parts.slice(1).join('.'), text, tokens) : 0
}
