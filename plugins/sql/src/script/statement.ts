import type { Piece } from './split.ts'
import { significantTokens, unquote } from './tokens.ts'
import type { Token } from './tokens.ts'

/** A statement with the facts that its text alone shows. */
export interface Statement extends Piece {
  /** First keyword in lower case; after `EXPLAIN`, that of the explained statement. */
  readonly verb: string
  /** Its words, names and marks, without blanks and comments. */
  readonly tokens: readonly Token[]
  /** Names of its parameters without `:`, `$` or `@`, each once. */
  readonly parameters: readonly string[]
  /** True if it contains a `*`, so that its columns depend on the schema. */
  readonly star: boolean
}

export function inspect(piece: Piece): Statement {
  const tokens = significantTokens(piece.text)
  const parameters = new Set<string>()
  let star = false
  for (const [index, token] of tokens.entries()) {
    const name = parameterAt(piece.text, tokens, index)
    if (name !== undefined) parameters.add(name)
    star ||= token.kind === 'mark' && piece.text[token.start] === '*'
  }
  return { ...piece, verb: verbOf(piece.text, tokens), tokens, parameters: [...parameters], star }
}

/** The text of a statement's token: words in lower case, the rest unchanged. */
export function wordAt(statement: Pick<Statement, 'text' | 'tokens'>, index: number): string {
  const token = statement.tokens[index]
  if (!token) return ''
  const text = statement.text.slice(token.start, token.end)
  return token.kind === 'word' ? text.toLowerCase() : text
}

/** The name of a token, without quotes. */
export function nameAt(statement: Pick<Statement, 'text' | 'tokens'>, index: number): string {
  const token = statement.tokens[index]
  return token ? unquote(statement.text.slice(token.start, token.end)) : ''
}

/** The names of `:name`, `@name` and `$name`; `?` and `?1` are returned unchanged. */
function parameterAt(text: string, tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index] as Token
  if (token.kind === 'word') return text[token.start] === '$' ? text.slice(token.start + 1, token.end) : undefined
  const mark = text[token.start]
  if (token.kind !== 'mark' || (mark !== ':' && mark !== '@' && mark !== '?')) return undefined
  const next = tokens[index + 1]
  const name = next?.kind === 'word' && next.start === token.end ? text.slice(next.start, next.end) : ''
  if (mark === '?') return `?${/^\d*/.exec(name)?.[0] ?? ''}`
  return name === '' ? undefined : name
}

function verbOf(text: string, tokens: readonly Token[]): string {
  const words = { text, tokens }
  if (wordAt(words, 0) !== 'explain') return wordAt(words, 0)
  return wordAt(words, 1) === 'query' && wordAt(words, 2) === 'plan' ? wordAt(words, 3) : wordAt(words, 1)
}
