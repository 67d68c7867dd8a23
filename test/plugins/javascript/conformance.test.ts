import { describe, test } from 'vitest'
import { asJson, conformance } from '@anyhandler/core/testing'
import javascript from '../../../plugins/javascript/src/index.ts'

const json = (handler: string) => ({ handler, read: asJson })

describe('the JavaScript plugin', () => {
  const cases = conformance(
    javascript,
    {
      echo: json('kit.echo'),
      fail: json('kit.fail'),
      hang: json('kit.hang'),
      exit: json('kit.end'),
      kill: json('kit.kill'),
      background: json('kit.background'),
      fork: { handler: null, reason: 'Node has no fork' },
      large: json('kit.echo'),
      bytes: 'kit.allBytes',
      debug: json('kit.debug'),
      descriptors: json('kit.descriptors'),
      context: json('kit.context'),
      stream: json('kit.stream'),
      concurrency: json('kit.pause'),
      growth: json('kit.echo'),
      missing: 'kit.notThere',
      failedSetup: 'broken.handler',
      cleanup: 'kit.echo',
    },
    { taskRoot: new URL('conformance/', import.meta.url) },
  )
  for (const { name, timeout, run } of cases) test(name, { timeout }, run)
})
