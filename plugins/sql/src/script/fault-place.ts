import { sqliteTokens } from './sqlite-tokens.ts'
import { significantTokens, unquote } from './tokens.ts'
import type { Token } from './tokens.ts'

/**
 * The place in a statement that SQLite complains about: SQLite knows the offset, but better-sqlite3 doesn't pass it on.
 *
 * @param problemOf Returns SQLite's message for a text; nothing if it is valid.
 * @returns Offset in UTF-16 units; 0, the statement's beginning, for messages without a place.
 */
export function locateFault(message: string, text: string, problemOf: ProblemOf): number {
  if (message === 'incomplete input') return text.length
  const near = /^near "(?<token>[^]*)": syntax error$/.exec(message)?.groups?.token
  if (near !== undefined) {
    // The parser stops at the first invalid token, which ends the shortest prefix of the statement with the same
    // message.
    const found = sqliteTokens(text).find(
      ({ start, end }) => text.slice(start, end) === near && problemOf(text.slice(0, end)) === message,
    )
    return found?.start ?? 0
  }
  // It stops at the first illegal token.
  if (message.startsWith('unrecognized token: ')) return sqliteTokens(text).find(({ illegal }) => illegal)?.start ?? 0
  const name = patterns.map((pattern) => pattern.exec(message)?.groups?.name).find((found) => found !== undefined)
  return name === undefined ? 0 : offsetOfName(name, text, problemOf)
}

type ProblemOf = (sql: string) => string | undefined

const patterns = [
  /^no such (?:\w+ )*\w+: (?<name>.+?)(?: - should this be .*)?$/,
  /^table \S+ has no column named (?<name>.+)$/,
  /^ambiguous column name: (?<name>.+)$/,
  /^(?:wrong number of arguments to|misuse of aggregate|misuse of window) function:? (?<name>\w+)\(\)$/,
  /^near (?<name>\w+)$/,
]

/** A name that occurs nowhere: it replaces a name to test whether SQLite means that one. */
const stranger = 'anyhandler_nowhere'
const quotes = ["''", '""', '``', '[]']

/**
 * The place of the name, with the qualifiers in the message (`t.a`). If it occurs several times: when the right place
 * gets another name, SQLite's message changes; an alias or a string of the same letters changes nothing.
 */
function offsetOfName(name: string, text: string, problemOf: ProblemOf): number {
  const places = placesOf(name, text, significantTokens(text))
  if (places.length < 2) return places[0]?.start ?? 0
  const meant = places.find(({ last: { start, end } }) => {
    const [open = '', close = ''] = quotes.find(([quote]) => quote === text[start]) ?? []
    return problemOf(text.slice(0, start) + open + stranger + close + text.slice(end))?.includes(stranger)
  })
  return (meant ?? places[0])?.start ?? 0
}

interface Place {
  readonly start: number
  /** The name itself, after its qualifiers. */
  readonly last: Token
}

function placesOf(name: string, text: string, tokens: readonly Token[]): Place[] {
  const parts = name.split('.').map((part) => unquote(part).toLowerCase())
  const nameOf = (index: number): string => {
    const token = tokens[index]
    return token ? unquote(text.slice(token.start, token.end)).toLowerCase() : ''
  }
  const places = tokens.flatMap(({ start }, index) => {
    const last = tokens[index + 2 * (parts.length - 1)]
    const fits = parts.every(
      (part, at) => nameOf(index + 2 * at) === part && (at === 0 || nameOf(index + 2 * at - 1) === '.'),
    )
    return fits && last ? [{ start, last }] : []
  })
  return places.length === 0 && parts.length > 1 ? placesOf(parts.slice(1).join('.'), text, tokens) : places
}
