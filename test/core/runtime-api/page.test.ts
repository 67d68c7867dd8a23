import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))
const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8')

/** Number of a statement → its row of the page: the tests by file. */
const rows = new Map<number, string>()
for (const [, number, tests = ''] of page.matchAll(/^\| (\d+) \| .* \| ([^|]+(?:\\\|[^|]*)*) \|$/gm))
  rows.set(Number(number), tests)

/** Names that begin with numbers of statements, as they stand in the tests' sources. */
const named = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts') && file !== 'page.test.ts')
  .flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/'((?:\d+, )*\d+): ([^'\n]+)'/g)].flatMap(
      ([, numbers = '', name = '']) =>
        numbers.split(', ').map((number) => ({
          number: Number(number),
          file: file.replace('.test.ts', ''),
          name: name.replaceAll('|', '\\|').replaceAll('`', '').replaceAll('<', '&lt;'),
        })),
    ),
  )

it('docs/conformance.md has a row with a test for each of the 70 statements', () => {
  expect([...rows.keys()]).toEqual(Array.from({ length: 70 }, (_, index) => index + 1))
  for (const tests of rows.values()) expect(tests).toMatch(/^\*\*\w+\*\* \S/)
})

it('docs/conformance.md names every test of a statement', () => {
  const missing = named.filter(
    ({ number, file, name }) =>
      !rows
        .get(number)
        ?.split('<br>')
        .some((part) => part.startsWith(`**${file}** `) && part.includes(name)),
  )
  expect(missing).toEqual([])
})

it('docs/conformance.md names no test that is gone', () => {
  const gone = [...rows].flatMap(([number, tests]) =>
    tests.split('<br>').flatMap((part) => {
      const [, file, names = ''] = /^\*\*(\w+)\*\* (.*)$/.exec(part) ?? []
      return names
        .split(' · ')
        .filter((name) => !named.some((test) => test.number === number && test.file === file && test.name === name))
    }),
  )
  expect(gone).toEqual([])
})

it('no test of a statement is skipped', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'page.test.ts')) {
    expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/\.(?:skip|todo|only|skipIf|runIf)\b/)
  }
})
