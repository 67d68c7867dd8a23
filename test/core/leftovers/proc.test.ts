import { once } from 'node:events'
import { expect, it } from 'vitest'
import { takesNothing } from '../../../core/src/leftovers/proc.ts'
import { bash } from '../../support/fifo.ts'
import { until } from '../../support/served.ts'

it('a process takes nothing any more from the moment at which a signal ends it', async () => {
  for (let round = 0; round < 200; round++) {
    const { child, pid } = bash('echo; exec sleep 100')
    await once(child.stdout!, 'data')
    expect(takesNothing(pid)).toBe(false)
    process.kill(pid, 'SIGTERM')
    // The kernel takes some microseconds for the end, and shows it in several ways.
    for (let look = 0; look < 10; look++) expect(takesNothing(pid)).toBe(true)
    await once(child, 'exit')
  }
})

it('a stopped process takes nothing until it goes on', async () => {
  const { child, pid } = bash('echo; exec sleep 100')
  await once(child.stdout!, 'data')
  process.kill(pid, 'SIGSTOP')
  await until(() => takesNothing(pid))
  process.kill(pid, 'SIGCONT')
  await until(() => !takesNothing(pid))
})
