import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { fc } from '../../../support/properties.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitStatements } from '../../../../plugins/sql/src/script/split.ts'
import { SqliteComplete } from './sqlite-complete.ts'

const corpus = brotliDecompressSync(readFileSync(join(import.meta.dirname, 'corpus/sqlite-tests.br')))
  .toString('utf8')
  .split('\n\u001E\n')

const blank = '[ \\t\\n\\f\\r;]|--[^\\n]*(?:\\n|$)|/\\*(?:(?!\\*/)[^])*(?:\\*/|$)'
/** Blanks, comments and semicolons alone: no statement. */
const empty = new RegExp(`^(?:${blank})*$`)
const leading = new RegExp(`^(?:${blank})+`)

/**
 * What SQLite would run: pieces that hold a statement, from their first token on; what only follows the last statement
 * is left off as in `own`.
 */
function statementsOf(pieces: readonly string[], own: readonly string[]): string[] {
  return pieces
    .filter((piece) => !empty.test(piece))
    .map((piece) => piece.replace(leading, ''))
    .map((piece, index) =>
      piece.startsWith(own[index] ?? '') && empty.test(piece.slice(own[index]?.length))
        ? (own[index] as string)
        : piece,
    )
}

describe('scripts are split as sqlite3_complete() splits them', () => {
  let sqlite: SqliteComplete
  beforeAll(() => {
    sqlite = new SqliteComplete()
  })
  afterAll(() => sqlite.close())

  test(`the ${corpus.length} scripts of SQLite's own tests`, async () => {
    const pieces = await Promise.all(corpus.map((script) => sqlite.split(script)))
    let statements = 0
    for (const [index, script] of corpus.entries()) {
      const own = splitStatements(script)
      statements += own.length
      const texts = own.map(({ text }) => text)
      expect(texts).toEqual(statementsOf(pieces[index] as string[], texts))
      for (const { text, offset } of own) expect(script.startsWith(text, offset)).toBe(true)
    }
    expect(statements).toBeGreaterThan(60_000)
  }, 120_000)

  test('made-up scripts of quotes, comments, keywords and semicolons in any order', async () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        ';',
        "'",
        '"',
        '`',
        '[',
        ']',
        '--',
        '/*',
        '*/',
        '/',
        '-',
        '(',
        ')',
        '\n',
        ' ',
        '\t',
        '\r\n',
        '\f',
        '\v',
        ':',
        '@',
        '$',
        '?',
        '#',
        '\\',
        'ü',
        '\ufeff',
      ),
      fc.constantFrom(
        'create',
        'CREATE',
        'temp',
        'Temporary',
        'trigger',
        'explain',
        'query',
        'plan',
        'begin',
        'end',
        'END',
        'select',
        'endx',
        '_end',
        'create1',
        'x',
        '1',
      ),
      fc.constantFrom(
        'create trigger a begin select 1; end',
        'create temp trigger',
        '; end;',
        "'a;b'",
        '/*;*/',
        '--;\n',
        '"a""b"',
        "''''",
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 40 }), fc.constantFrom('', ' '), async (fragments, glue) => {
        const script = fragments.join(glue)
        const pieces = await sqlite.split(script)
        const texts = splitStatements(script).map(({ text }) => text)
        expect(texts).toEqual(statementsOf(pieces, texts))
      }),
      { numRuns: 20_000 },
    )
  }, 120_000)
})

test('no piece holds more than one statement for SQLite’s parser', () => {
  const db = new Database(':memory:')
  const wrong: string[] = []
  for (const script of corpus) {
    for (const { text } of splitStatements(script)) {
      try {
        db.prepare(text)
      } catch (error) {
        if ((error as Error).message.includes('more than one statement')) wrong.push(text)
      }
    }
  }
  db.close()
  expect(wrong).toEqual([])
})
