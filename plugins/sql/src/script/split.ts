import { tokenAt } from './tokens.ts'
import type { Token } from './tokens.ts'

/** A statement in its file. */
export interface Piece {
  /** From its first token to its semicolon, or to the last token of the file. */
  readonly text: string
  /** The offset of `text` in the file, in UTF-16 units. */
  readonly offset: number
}

/**
 * Splits a script where SQLite does: at each semicolon outside strings, identifiers, comments and the body of a `CREATE
 * TRIGGER`. Empty statements are left out.
 */
export function splitStatements(source: string): Piece[] {
  const pieces: Piece[] = []
  let state: State = 'start'
  let begin = -1
  let end = 0
  for (let at = 0; at < source.length;) {
    const token = tokenAt(source, at)
    at = token.end
    if (token.kind === 'space') continue
    if (begin < 0 && token.kind !== 'semicolon') begin = token.start
    end = token.end
    state = next(state, source, token)
    if (state === 'start' && begin >= 0) {
      pieces.push({ text: source.slice(begin, end), offset: begin })
      begin = -1
    }
  }
  if (begin >= 0) pieces.push({ text: source.slice(begin, end), offset: begin })
  return pieces
}

/** The states of `sqlite3_complete()`: only a trigger's body contains semicolons that don't end the statement. */
type State = 'start' | 'normal' | 'explain' | 'create' | 'trigger' | 'trigger;' | 'trigger;end'

function next(state: State, source: string, token: Token): State {
  if (token.kind === 'semicolon') return state === 'trigger' || state === 'trigger;' ? 'trigger;' : 'start'
  const word = token.kind === 'word' ? source.slice(token.start, token.end).toLowerCase() : ''
  switch (state) {
    case 'start':
      if (word === 'explain') return 'explain'
      return word === 'create' ? 'create' : 'normal'
    case 'explain':
      // EXPLAIN QUERY PLAN CREATE TRIGGER …
      if (word === 'create') return 'create'
      return word === 'explain' || word === 'end' || word === 'trigger' || isTemporary(word) ? 'normal' : 'explain'
    case 'create':
      if (word === 'trigger') return 'trigger'
      return isTemporary(word) ? 'create' : 'normal'
    case 'trigger;':
      return word === 'end' ? 'trigger;end' : 'trigger'
    case 'trigger;end':
      return 'trigger'
    default:
      return state
  }
}

function isTemporary(word: string): boolean {
  return word === 'temp' || word === 'temporary'
}
