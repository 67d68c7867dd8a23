import { describe, test } from 'vitest'
import { conformance } from '@anyhandler/core/testing'
import bash from '@anyhandler/bash'

const taskRoot = new URL('handlers/', import.meta.url)

describe('the bash plugin with functions', () => {
  const cases = conformance(
    bash,
    {
      echo: 'app.echo',
      fail: 'app.fail',
      hang: 'app.hang',
      exit: 'app.exit_itself',
      kill: 'app.kill_itself',
      background: 'app.background',
      fork: { handler: null, reason: 'what a copy of a bash process writes is part of the same answer' },
      large: 'app.echo',
      bytes: 'app.bytes',
      debug: 'app.debug',
      descriptors: { handler: 'app.descriptors', stdout: 'result' },
      context: 'app.context',
      stream: 'app.stream_parts',
      concurrency: 'app.pause',
      growth: 'app.echo',
      missing: 'app.no_such_function',
      failedSetup: 'broken',
      cleanup: 'app.echo',
    },
    { taskRoot },
  )
  for (const { name, timeout, run } of cases) test(name, { timeout }, run)
})

describe('the bash plugin with a script', () => {
  const none = { handler: null, reason: 'it is a function above' } as const
  const cases = conformance(
    bash,
    {
      echo: 'kit',
      fail: 'kit',
      hang: 'kit',
      exit: 'kit',
      kill: 'kit',
      background: 'kit',
      fork: none,
      large: 'kit',
      bytes: none,
      debug: 'app.debug_on_stdout',
      descriptors: none,
      context: none,
      stream: none,
      concurrency: 'kit',
      growth: 'kit',
      missing: none,
      failedSetup: 'app.no_such_function',
      cleanup: 'kit',
    },
    { taskRoot },
  )
  for (const { name, timeout, run } of cases) test(name, { timeout }, run)
})
