/**
 * Makes `sqlite-tests.br`: the SQL scripts in SQLite's own tests (public domain), each once, separated by a line with
 * the character U+001E.
 *
 *     node extract.ts SQLITE_SOURCE     the source tree, such as that of `apt-get source sqlite3`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const beginsLikeSql =
  /^(?:--|\/\*|;|\s)*(?:select|insert|create|drop|with|update|delete|begin|commit|rollback|savepoint|release|alter|pragma|vacuum|attach|detach|explain|analyze|reindex|replace|values|end)\b/i

const folder = join(process.argv[2] ?? '', 'test')
const scripts = new Set<string>()
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.test'))
  .toSorted()) {
  const text = readFileSync(join(folder, name), 'utf8')
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
    const script = blockAt(text, at + 1)?.trim()
    if (script !== undefined && beginsLikeSql.test(script) && !script.includes('\0')) scripts.add(script)
  }
}
const corpus = [...scripts].join('\n\u001E\n')
writeFileSync(
  join(import.meta.dirname, 'sqlite-tests.br'),
  brotliCompressSync(corpus, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 } }),
)

/** Tcl's braces: up to the one that closes, a backslash hides the next character. */
function blockAt(text: string, start: number): string | undefined {
  let depth = 1
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '{') depth += 1
    else if (text[at] === '}' && (depth -= 1) === 0) return text.slice(start, at)
  }
  return undefined
}
