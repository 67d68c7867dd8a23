import { configDefaults, defineConfig } from 'vitest/config'

// Tests run from the sources: the export condition `source` leads to src/, and Node strips the types.
const conditions = ['source']

/** Tests that start threads in their own process. */
const withThreads = ['test/core/thread/**/*.test.ts', 'test/plugins/sql/**/*.test.ts']
/**
 * Each thread removes types by a WebAssembly program of Node's. V8 13.6 can crash while it replaces a wrapper of that
 * program (SIGSEGV in `Runtime_TierUpWasmToJSWrapper`, once in some 100 runs of a file that starts 25 threads). After
 * so many calls means never.
 */
const keepWrappers = '--wasm-wrapper-tiering-budget=2147483647'

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
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
    projects: [
      {
        extends: true,
        test: {
          name: 'without threads',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...withThreads],
        },
      },
      { extends: true, test: { name: 'with threads', include: withThreads, execArgv: [keepWrappers] } },
    ],
  },
})
