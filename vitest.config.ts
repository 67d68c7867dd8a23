import { defineConfig } from 'vitest/config'

// Tests run from the sources: the export condition `source` leads to src/, and Node strips the types.
const conditions = ['source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Vitest leaves one processor alone, which would be half of a machine with two.
    maxWorkers: '100%',
    execArgv: ['--conditions=source'],
    // Nothing takes so long on a machine of two cores, and a slower one needs more. They only end what hangs.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // A second, as usual, is too short on a busy machine. What becomes true is seen at once all the same.
    expect: { poll: { timeout: 20_000 } },
    // Thousands of tests end and start processes. In an automatic run, a failed one gets a second chance: the machine
    // may have been too busy. Who works on the code sees the first failure.
    retry: process.env.CI === undefined ? 0 : 1,
  },
})
