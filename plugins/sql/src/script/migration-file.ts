import type { Statement } from './statement.ts'

/**
 * Removes a `BEGIN` and a `COMMIT` around a whole migration (except its pragmas), because the migration has its own
 * transaction. `sqlite3 .dump` and SQLite's procedure for a table rebuild write them. All others stay, and are refused.
 */
export function withoutOwnTransaction(statements: readonly Statement[]): Statement[] {
  const begins = statements.filter(({ verb }) => verb === 'begin')
  const ends = statements.filter(({ verb }) => verb === 'commit' || verb === 'end' || verb === 'rollback')
  const first = statements.findIndex(({ verb }) => verb !== 'pragma')
  const last = statements.findLastIndex(({ verb }) => verb !== 'pragma')
  const whole =
    begins.length === 1 &&
    ends.length === 1 &&
    begins[0] === statements[first] &&
    ends[0] === statements[last] &&
    ends[0]?.verb !== 'rollback'
  return whole ? statements.filter((_, index) => index !== first && index !== last) : [...statements]
}

/** The offset in the text at which goose, dbmate or sql-migrate would begin to undo the migration. */
export function undoSection(text: string): number | undefined {
  return /^[ \t]*--[ \t]*(?:\+goose[ \t]+down|migrate:down|\+migrate[ \t]+down)\b/im.exec(text)?.index
}
