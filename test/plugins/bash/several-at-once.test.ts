import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from './serve.ts'

let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'anyhandler-several-'))
  writeFileSync(
    join(root, 'app.sh'),
    `subshells() {
  local all
  all=$(
    sleep 0.2
    (sleep 0.2; builtin printf 'inner ')
    sleep 0.1
    builtin printf 'outer'
  )
  # The last part of a pipeline waits in a process of the shell.
  sleep 0.2 | { builtin read -r -t 2 || :; builtin printf '"%s"' "$all"; }
}
`,
  )
})

afterAll(() => rmSync(root, { recursive: true }))

describe('several events at a time', () => {
  it('lose no subshell of theirs when the host looks for what other events have left', async () => {
    await serve({ root, handler: 'app.subshells', concurrency: 4 }, async ({ api, invoke }) => {
      await api.idle(4)
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => invoke({})))
      expect(outcomes.map((outcome) => outcome.text())).toEqual(Array.from({ length: 12 }, () => '"inner outer"'))
    })
  })
})
