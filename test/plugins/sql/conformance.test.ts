import { describe, expect, test } from 'vitest'
import { conformance } from '@anyhandler/core/testing'
import sql from '@anyhandler/sql'

const noProcess = 'SQL starts no processes and runs in the host’s own'

const cases = conformance(
  sql,
  {
    echo: 'echo',
    fail: 'fail',
    hang: 'hang',
    exit: { handler: null, reason: noProcess },
    kill: { handler: null, reason: noProcess },
    background: { handler: null, reason: noProcess },
    fork: { handler: null, reason: noProcess },
    large: 'echo',
    bytes: 'bytes',
    debug: 'debug',
    descriptors: { handler: null, reason: 'SQL opens no files by name' },
    context: 'context',
    stream: { handler: null, reason: 'SQL answers are not streamed' },
    concurrency: 'busy',
    growth: 'echo',
    missing: { handler: null, reason: 'SQL has no functions' },
    failedSetup: 'broken',
    cleanup: 'echo',
  },
  {
    taskRoot: new URL('handlers/', import.meta.url),
    module: new URL('../../../plugins/sql/src/index.ts', import.meta.url),
  },
)

describe('SQL conforms', () => {
  test.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
