import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Leash } from '../../../core/src/leftovers/leash.ts'
import { bash, fifo } from '../../support/fifo.ts'
import type { TestProcess } from '../../support/fifo.ts'
import { descriptorsOf } from '../../support/processes.ts'
import { until } from '../../support/served.ts'

interface Leashed {
  readonly path: string
  readonly leash: Leash
}

function leashed(): Leashed {
  const path = fifo()
  const leash = new Leash(path)
  onTestFinished(() => leash.close())
  return { path, leash }
}

/** A process that holds the leash, with the pipe as its descriptor 3. */
async function holder(path: string, script: string, more: readonly string[] = []): Promise<TestProcess> {
  const made = bash(`exec 3>"$1"; echo begun; ${script}`, [path, ...more])
  await once(made.child.stdout as Readable, 'data')
  return made
}

it('is not held by anybody at first', () => {
  expect(leashed().leash.held).toBe(false)
})

it('is held as long as the process lives, and by what the process has started', async () => {
  const { path, leash } = leashed()
  const go = fifo()
  const parent = await holder(path, 'read -r _ <"$2" & exit', [go])
  expect(await parent.ended).toBe(0)
  expect(leash.held).toBe(true)
  writeFileSync(go, 'go\n')
  await until(() => !leash.held)
})

it('is held by a process that writes to it', async () => {
  const { path, leash } = leashed()
  const writer = await holder(path, 'while sleep 0.01; do echo still here >&3; done')
  const seen: boolean[] = []
  for (let look = 0; look < 50; look++) {
    seen.push(leash.held)
    await sleep(3)
  }
  expect(seen).not.toContain(false)
  writer.child.kill('SIGKILL')
  await until(() => !leash.held)
})

it('is free at last when its holder wrote to it and has ended', async () => {
  const { path, leash } = leashed()
  await (
    await holder(path, 'head -c 60000 /dev/zero >&3')
  ).ended
  await until(() => !leash.held)
})

it('frees its descriptor', () => {
  const path = fifo()
  const before = descriptorsOf(process.pid)
  const leash = new Leash(path)
  expect(descriptorsOf(process.pid)).toBe(before + 1)
  leash.close()
  expect(descriptorsOf(process.pid)).toBe(before)
})
