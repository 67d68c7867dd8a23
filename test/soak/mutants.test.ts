import { expect, test } from 'vitest'
import { mutants } from './mutants/mutants.ts'
import { runMutant } from './mutants/run-mutant.ts'

/** All of them take a minute: `npm run soak:mutants`. */
const some = mutants.filter(({ to }) => ['SELECT 400', 'hits = 1', 'DO NOTHING'].includes(to)).slice(-1)

test.each(some)('a case fails when $file says $to', async (mutant) => {
  expect(await runMutant(mutant)).not.toEqual([])
})
