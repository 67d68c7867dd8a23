import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { idOf, rootOf } from './case.ts'
import { expectSame } from './differential/same.ts'

const sentry = fileURLToPath(new URL('../../../.cache/sentry', import.meta.url))

test(
  "Sentry's integration for Lambda, which patches AWS's client, finds what it looks for",
  { timeout: 60_000 },
  async () => {
    expect(existsSync(sentry), 'run test/tools/fetch.sh').toBe(true)
    const events = ['"well"', '"fail"', '"well"'].map((text) => ({ text }))
    const { outcomes } = await expectSame({
      root: rootOf('sentry'),
      handler: 'app.handler',
      variables: { PYTHONPATH: sentry, AWS_REGION: 'us-east-1' },
      events,
    })
    expect(outcomes[2]!.json()).toEqual({
      errors: [['ValueError', 'for Sentry', 'aws_lambda', 'handler']],
      requests: [idOf(1)],
      flushed: true,
    })
  },
)
