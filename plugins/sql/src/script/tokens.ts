/**
 * SQLite's lexical structure, as far as it decides where a statement ends: the rules of `sqlite3_complete()`, which
 * agree with SQLite's own tokenizer on every statement that SQLite accepts.
 */

type TokenKind =
  /** Blank or comment. */
  | 'space'
  | 'semicolon'
  /** Keyword, bare identifier, number or `$name`: a run of identifier characters. */
  | 'word'
  /** `'…'`, `"…"`, `` `…` `` or `[…]`. */
  | 'quoted'
  /** Any other single character. */
  | 'mark'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** The token at `start`; an unfinished one reaches to the end of the text. */
export function tokenAt(source: string, start: number): Token {
  const token = (kind: TokenKind, end: number): Token => ({ kind, start, end })
  switch (source[start]) {
    case ';':
      return token('semicolon', start + 1)
    case ' ':
    case '\t':
    case '\n':
    case '\f':
    case '\r':
      return token('space', start + 1)
    case '/':
      return source[start + 1] === '*' ? token('space', after(source, '*/', start + 2)) : token('mark', start + 1)
    case '-':
      return source[start + 1] === '-' ? token('space', after(source, '\n', start + 2)) : token('mark', start + 1)
    case '[':
      return token('quoted', after(source, ']', start + 1))
    case "'":
    case '"':
    case '`':
      return token('quoted', afterQuote(source, start))
    default:
      return isIdentifierCharacter(source.charCodeAt(start))
        ? token('word', wordEnd(source, start))
        : token('mark', start + 1)
  }
}

/** The tokens of a statement without blanks and comments. */
export function significantTokens(source: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < source.length;) {
    const token = tokenAt(source, at)
    if (token.kind !== 'space') tokens.push(token)
    at = token.end
  }
  return tokens
}

/** Letters, digits, `_`, `$` and everything beyond ASCII. */
function isIdentifierCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code >= 128
  )
}

/** The name in a quoted or bare token. */
export function unquote(text: string): string {
  const open = text[0]
  if (open === '[') return text.slice(1, -1)
  if (open === "'" || open === '"' || open === '`') return text.slice(1, -1).replaceAll(open + open, open)
  return text
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found < 0 ? source.length : found + mark.length
}

/** A doubled quote means one quote. */
function afterQuote(source: string, start: number): number {
  const quote = source[start] as string
  for (let at = start + 1; ; at += 2) {
    at = source.indexOf(quote, at)
    if (at < 0) return source.length
    if (source[at + 1] !== quote) return at + 1
  }
}

function wordEnd(source: string, start: number): number {
  let end = start + 1
  while (end < source.length && isIdentifierCharacter(source.charCodeAt(end))) end += 1
  return end
}
