import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCase } from './case.ts'

const folder = join(import.meta.dirname, '../../cases/sql')
const names = readdirSync(folder)

describe('SQL handlers, one folder a rule', () => {
  test.each(names)('%s', async (name) => {
    const { events, log, expectedLog } = await runCase(join(folder, name))
    for (const { actual, expected } of events) {
      const { error } = expected
      expect(actual).toMatchObject(
        error ? { error: { ...error, message: expect.stringContaining(error.message) as string } } : expected,
      )
    }
    expect(log).toEqual(
      expectedLog.map((line) => (line.endsWith('…') ? (expect.stringContaining(line.slice(0, -1)) as string) : line)),
    )
  })

  test('are all in the table of docs/sql-rules.md, and the table names no other', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/sql-rules.md'), 'utf8')
    const documented = [...text.matchAll(/`cases\/(?<name>[\w-]+)`/g)].map(({ groups }) => groups?.name)
    expect([...new Set(documented)].toSorted()).toEqual(names.toSorted())
  })
})
