import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { expectCase } from './expect-case.ts'
import { runCase } from './run-case.ts'
import { serve } from './serve.ts'

/** Debian 11's, which fetch-bash.sh brings. */
const interpreter = fileURLToPath(new URL('../../../.cache/bash-5.1/bin/bash', import.meta.url))
const folder = fileURLToPath(new URL('../../cases/bash/', import.meta.url))

describe.skipIf(!existsSync(interpreter))('bash 5.1', () => {
  test('is what runs', async () => {
    await serve(
      { root: `${folder}../../plugins/bash/handlers`, handler: 'version', options: { interpreter } },
      async ({ invoke }) => {
        expect((await invoke({})).text()).toMatch(/^5\.1\./)
      },
    )
  })

  for (const name of readdirSync(folder)) {
    test(name, async () => {
      for (const event of await runCase(folder + name, { interpreter })) expectCase(event)
    })
  }
})
