import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const sources = ['core/src/**/*.ts', 'cli/src/**/*.ts', 'plugins/*/src/**/*', 'plugins/*/driver/**/*']
/** The Runtime API that tests bring has the platform's own codes, and two of these are the platform's as well. */
const platform = new Set(['Runtime.Unknown', 'Runtime.LambdaRuntimeClientError'])

function codes(text: string): string[] {
  return text.match(/\bRuntime\.[A-Z][A-Za-z]+\b/g) ?? []
}

describe('docs/errors.md', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const documented = new Set(rows.flatMap((row) => codes(row.split(' | ')[0]!)))
  const files = globSync(sources, { cwd: root, withFileTypes: true }).filter(
    (entry) =>
      entry.isFile() &&
      !entry.name.endsWith('.pyc') &&
      !/\/core\/src\/(?:testing|runtime-api-server)/.test(entry.parentPath),
  )
  const used = new Map(
    files
      .filter(({ name }) => name !== 'error-codes.ts')
      .flatMap((entry) =>
        codes(readFileSync(join(entry.parentPath, entry.name), 'utf8').replaceAll(/^\s*(?:\*|\/\/|#).*$/gm, '')).map(
          (code) => [code, entry.name] as const,
        ),
      ),
  )

  it('has a row for every Runtime code in the sources', () => {
    expect(used.size).toBeGreaterThan(25)
    expect([...used].filter(([code]) => !documented.has(code) && !platform.has(code))).toEqual([])
  })

  it('has no row for a code that nothing uses any more', () => {
    expect([...documented].filter((code) => !used.has(code))).toEqual([])
  })

  it('has a row for every code of the union, which all are used', () => {
    const union = codes(readFileSync(join(root, 'core/src/error-codes.ts'), 'utf8'))
    expect(union.length).toBeGreaterThan(20)
    expect(union.filter((code) => !documented.has(code) || !used.has(code))).toEqual([])
  })

  it('says a cause in every row', () => {
    expect(rows.filter((row) => (row.split(' | ')[1] ?? '').trim().length < 10)).toEqual([])
  })
})
