import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { childPlugin } from '@anyhandler/core/child'
import { conformance } from '@anyhandler/core/testing'
import type { ConformanceHandlers } from '@anyhandler/core/testing'
import { taskFolder } from '../../support/task-folder.ts'
import { mutants } from './driver-mutants.ts'
import type { Mutant } from './driver-mutants.ts'

const example = join(import.meta.dirname, '../../../examples/custom-plugin')
const driver = readFileSync(join(example, 'driver/driver.pl'), 'utf8')

const taskRoot = join(example, 'test/handlers')
const handlers = JSON.parse(readFileSync(join(taskRoot, 'conformance.json'), 'utf8')) as ConformanceHandlers

/** What the kit says of the driver with this fault. */
async function verdict({ key, changes, hangs = false }: Mutant): Promise<unknown> {
  let text = driver
  for (const [from, to] of changes) {
    expect(text.split(from)).toHaveLength(2)
    text = text.replace(from, () => to)
  }
  const file = join(taskFolder({}), 'driver.pl')
  writeFileSync(file, text)
  const perl = () =>
    childPlugin({
      name: 'perl',
      extensions: ['.pl'],
      outputs: { stdout: 'log', stderr: 'log' },
      command: () => ({ file: 'perl', args: [file] }),
    })
  const cases = conformance(perl, handlers, { taskRoot, ...(hangs && { limitMs: 4_000 }) })
  return cases
    .find((one) => one.key === key)
    ?.run()
    .then(
      () => 'nothing',
      (error: unknown) => error,
    )
}

describe('the kit finds a driver that', () => {
  test.each(mutants)('$fault', async (mutant) => {
    expect(await verdict(mutant)).toMatchObject({ message: expect.stringMatching(mutant.message) })
  })
})
