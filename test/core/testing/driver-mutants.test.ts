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

const handlers: ConformanceHandlers = {
  echo: 'kit.echo',
  fail: 'kit.fail',
  hang: 'kit.hang',
  exit: 'kit.end_self',
  kill: 'kit.kill_self',
  background: 'kit.background',
  fork: 'kit.fork_self',
  large: 'kit.echo',
  bytes: 'kit.bytes',
  debug: 'kit.debug',
  descriptors: 'kit.descriptors',
  context: 'kit.context',
  stream: 'kit.stream_parts',
  concurrency: 'kit.pausing',
  growth: 'kit.echo',
  missing: 'kit.not_there',
  failedSetup: 'unloadable',
  cleanup: 'hello',
}

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
  const taskRoot = join(example, 'test/handlers')
  const cases = conformance(perl, handlers, { taskRoot, ...(hangs && { limitMs: 1_500 }) })
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
