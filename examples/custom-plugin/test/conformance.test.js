import { test } from 'node:test'
import { conformance } from '@anyhandler/core/testing'
import perl from '../index.js'

const cases = conformance(
  perl,
  {
    echo: 'kit.echo',
    fail: 'kit.fail',
    hang: 'kit.hang',
    exit: 'kit.end_self',
    kill: 'kit.kill_self',
    background: 'kit.background',
    fork: 'kit.fork_self',
    large: 'kit.echo',
    bytes: 'kit.bytes',
    debug: 'kit.debug',
    descriptors: 'kit.descriptors',
    context: 'kit.context',
    stream: 'kit.stream_parts',
    concurrency: 'kit.pausing',
    growth: 'kit.echo',
    missing: 'kit.not_there',
    failedSetup: 'unloadable',
    cleanup: 'hello',
  },
  { taskRoot: new URL('./handlers/', import.meta.url) },
)

for (const { name, timeout, run } of cases) test(name, { timeout }, run)
