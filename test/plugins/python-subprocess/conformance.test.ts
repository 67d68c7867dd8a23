import { describe, test } from 'vitest'
import { asJson, conformance } from '@anyhandler/core/testing'
import python from '../../../plugins/python-subprocess/src/index.ts'

const json = (handler: string) => ({ handler, read: asJson })

describe('the Python plugin', () => {
  const cases = conformance(
    python,
    {
      echo: json('kit.echo'),
      fail: json('kit.fail'),
      hang: json('kit.hang'),
      exit: json('kit.end'),
      kill: json('kit.kill'),
      background: json('kit.background'),
      fork: json('kit.fork'),
      large: json('kit.echo'),
      bytes: 'kit.all_bytes',
      debug: json('kit.debug'),
      descriptors: json('kit.descriptors'),
      context: json('kit.context'),
      stream: json('kit.stream'),
      concurrency: json('kit.pause'),
      growth: json('kit.echo'),
      missing: 'kit.not_there',
      failedSetup: 'broken.handler',
      cleanup: 'kit.echo',
    },
    { taskRoot: new URL('conformance/', import.meta.url) },
  )
  for (const { name, timeout, run } of cases) test(name, { timeout }, run)
})
