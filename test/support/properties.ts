import fc from 'fast-check'

/**
 * The same generated cases in every run, so that a test fails because of a change and not by chance. `FUZZ_SEED=random`
 * looks for other cases; a failure then names its seed. `npm run soak:fuzz` does so, with more of them.
 */
const seed = process.env['FUZZ_SEED'] ?? '1'
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) })

/** So many times the usual number of cases. */
export const effort = Number(process.env['FUZZ_EFFORT'] ?? 1)

export { fc }
