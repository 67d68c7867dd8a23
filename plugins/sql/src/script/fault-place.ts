import { sqliteTokens } from './sqlite-tokens.ts'
import { significantTokens, unquote } from './tokens.ts'
import type { Token } from './tokens.ts'

/**
 * Where in a statement SQLite's complaint points to: SQLite knows the offset, but better-sqlite3 doesn't hand it on.
 *
 * @param problemOf What SQLite says when it prepares a text; nothing if it is fine.
 * @returns Offset in UTF-16 units; 0, the statement's beginning, for complaints that name no place.
 */
export function locateFault(message: string, text: string, problemOf: ProblemOf): number {
  if (message === 'incomplete input') return text.length
  const near = /^near "(?<token>[^]*)": syntax error$/.exec(message)?.groups?.token
  if (near !== undefined) {
    // The parser stops at the first token that can't follow: the shortest beginning of the statement with the same complaint ends with it.
    const found = sqliteTokens(text).find(
      ({ start, end }) => text.slice(start, end) === near && problemOf(text.slice(0, end)) === message,
    )
    return found?.start ?? 0
  }
  // It reads no further than the first token that is none.
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

/** Stands in for a name to see whether SQLite means that one: nobody has it. */
const stranger = 'anyhandler_nowhere'
const quotes = ["''", '""', '``', '[]']

/**
 * The place where the name stands, with the qualifiers that the message gives (`t.a`). Where it stands more than once, SQLite complains about
 * another name as soon as that place has another; an alias or a string of the same letters changes nothing.
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
