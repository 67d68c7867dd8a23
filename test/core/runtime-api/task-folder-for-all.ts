import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { wires } from '../../support/served.ts'

/** A task root with the handler `hello.test` that all tests of a suite share; gives its path. */
export function taskFolderForAll(wire: (typeof wires)[number]): () => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anyhandler-test-'))
    writeFileSync(join(folder, 'hello.test'), '')
    if (wire === 'undici') writeFileSync(join(folder, 'anyhandler.config.json'), '{"transport":"undici"}')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return () => folder
}
