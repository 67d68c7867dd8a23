import { describe, expect, test } from 'vitest'
import { writeFromAllSides } from './writers.ts'

// A minute of it: node --conditions=source test/plugins/sql/writers.ts 60
describe('four workers that write to one file lose nothing, double nothing and meet no error', () => {
  test.each(['auto', 'rollback'] as const)('with the journal %s', async (journal) => {
    const { answered, errors, rows, lostOrDouble, counter } = await writeFromAllSides(1500, 4, journal)
    expect({ errors, lostOrDouble, rows, counter }).toEqual({
      errors: [],
      lostOrDouble: [],
      rows: answered,
      counter: answered,
    })
    expect(answered).toBeGreaterThan(4)
  })
})
