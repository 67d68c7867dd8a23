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
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
