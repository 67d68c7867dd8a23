import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { expectCase } from './expect-case.ts'
import { runCase } from './run-case.ts'

const folder = fileURLToPath(new URL('../../cases/bash/', import.meta.url))

for (const name of readdirSync(folder)) {
  test(name, async () => {
    const events = await runCase(folder + name)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expectCase(event)
  })
}
