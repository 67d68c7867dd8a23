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
      kill: 'app.kill_itself',
      background: 'app.background',
      large: 'app.echo',
      bytes: 'app.bytes',
      debug: 'app.debug',
      descriptors: { handler: 'app.descriptors', stdout: 'result' },
      concurrency: 'app.pause',
      growth: 'app.echo',
      failedSetup: 'broken',
      cleanup: 'app.echo',
    },
    { taskRoot },
  )
  for (const { name, run } of cases) test(name, run)
})

describe('the bash plugin with a script', () => {
  const none = { handler: null, reason: 'it is a function above' } as const
  const cases = conformance(
    bash,
    {
      echo: 'kit',
      fail: 'kit',
      hang: 'kit',
      kill: 'kit',
      background: 'kit',
      large: 'kit',
      bytes: none,
      debug: 'app.debug_on_stdout',
      descriptors: none,
      concurrency: 'kit',
      growth: 'kit',
      failedSetup: 'app.no_such_function',
      cleanup: 'kit',
    },
    { taskRoot },
  )
  for (const { name, run } of cases) test(name, run)
})
