import { test } from 'node:test'
import { conformance } from '@anyhandler/core/testing'
import perl from '../index.js'

const cases = conformance(
  perl,
  {
    echo: 'kit.echo',
    fail: 'kit.fail',
    hang: 'kit.hang',
    kill: 'kit.kill_self',
    background: 'kit.background',
    large: 'kit.echo',
    bytes: 'kit.bytes',
    debug: 'kit.debug',
    descriptors: 'kit.descriptors',
    concurrency: 'kit.pausing',
    growth: 'kit.echo',
    failedSetup: 'unloadable',
    cleanup: 'hello',
  },
  { taskRoot: new URL('./handlers/', import.meta.url) },
)

for (const { name, run } of cases) test(name, run)
