/** A token of SQLite's own tokenizer, which distinguishes more kinds than splitting statements needs. */
export interface SqliteToken {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** True for an invalid token: `unrecognized token: "…"`. */
  readonly illegal: boolean
}

/**
 * The rules of `sqlite3GetToken()`, in its order; blanks and comments have no name and are left out. Sticky, and each
 * alternative of a kind that may be unfinished has its illegal twin after it.
 */
const rules = new RegExp(
  [
    String.raw`(?<blank>[ \t\n\f\r\uFEFF]+|--[^\n]*|/\*(?=[^])[^]*?(?:\*/|$))`,
    String.raw`(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|${'`(?:[^`]|``)*`'}|\[[^\]]*\])`,
    String.raw`(?<open>['"${'`'}\[][^]*)`,
    String.raw`[xX]'(?<hex>[0-9a-fA-F]*)'`,
    String.raw`(?<badHex>[xX]'[^']*'?)`,
    String.raw`(?<number>0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)(?<tail>[\w$\u0080-\uFFFF]*)`,
    String.raw`(?:[:@#$][\w$\u0080-\uFFFF]+|\?\d*)`,
    String.raw`(?:[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`(?:->>?|\|\||<<|<=|<>|>=|>>|==|!=|[-()+*/%=<>,&~|.;])`,
    String.raw`(?<strange>[^])`,
  ].join('|'),
  'y',
)

export function sqliteTokens(text: string): SqliteToken[] {
  const tokens: SqliteToken[] = []
  for (let start = 0; start < text.length; start = rules.lastIndex) {
    rules.lastIndex = start
    const { blank, open, hex, badHex, tail, strange } = rules.exec(text)?.groups ?? {}
    if (blank !== undefined) continue
    const illegal =
      open !== undefined ||
      badHex !== undefined ||
      strange !== undefined ||
      (hex !== undefined && hex.length % 2 === 1) ||
      (tail !== undefined && tail !== '')
    tokens.push({ start, end: rules.lastIndex, illegal })
  }
  return tokens
}
