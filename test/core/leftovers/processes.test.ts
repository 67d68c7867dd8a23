import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { kill, killMarked, killMarkedAndWait } from '../../../core/src/leftovers/processes.ts'
import { markName } from '../../../core/src/mark.ts'
import { bash } from '../../support/fifo.ts'
import type { TestProcess } from '../../support/fifo.ts'
import { commandOf, isAlive, processesWithVariable, statOf } from '../../support/processes.ts'
import { until } from '../../support/served.ts'
import { taskFolder } from '../../support/task-folder.ts'

let count = 0

/** A prefix of marks that nobody else uses. */
function ownPrefix(): string {
  return `test-${process.pid}-${(count += 1)}-`
}

async function marked(
  mark: string,
  script = 'exec sleep 1000',
  more: Readonly<Record<string, string>> = {},
): Promise<TestProcess> {
  const made = bash(script, [], { env: { ...more, [markName]: mark } })
  await until(() => processesWithVariable(`${markName}=${mark}`).includes(made.pid))
  return made
}

/** The leader of a session of its own, without a mark, whose parent never waits for it. */
async function unwaited(name: string): Promise<{ readonly session: number }> {
  const program = join(taskFolder(), name)
  symlinkSync('/bin/sleep', program)
  const parent = bash('setsid "$1" 1000 >/dev/null & echo $!; exec sleep 1000', [program])
  const [line] = (await once(parent.child.stdout as Readable, 'data')) as [Buffer]
  const session = Number(line.toString())
  await until(() => commandOf(session).startsWith(program))
  onTestFinished(() => kill(session, 'SIGKILL'))
  return { session }
}

describe('killMarked', () => {
  it('ends what carries a mark that begins so, and nothing else', async () => {
    const prefix = ownPrefix()
    const [one, two] = [await marked(`${prefix}1`), await marked(`${prefix}2`)]
    const other = await marked(`x${prefix}1`)
    expect(killMarked({ prefix })).toBe(2)
    expect([await one.ended, await two.ended]).toEqual(['SIGKILL', 'SIGKILL'])
    expect(isAlive(other.pid)).toBe(true)
    expect(killMarked({ prefix })).toBe(0)
  })

  it('spares the marks that it is told to', async () => {
    const prefix = ownPrefix()
    const [init, event] = [await marked(`${prefix}init`), await marked(`${prefix}7`)]
    expect(killMarked({ prefix, spare: (mark) => mark === `${prefix}init` })).toBe(1)
    expect(await event.ended).toBe('SIGKILL')
    expect(isAlive(init.pid)).toBe(true)
  })

  it('finds the mark behind a variable whose name or text ends like it', async () => {
    const prefix = ownPrefix()
    const made = await marked(`${prefix}1`, undefined, {
      [`A_${markName}`]: 'another',
      NOTE: `said ${markName}=none`,
    })
    expect(killMarked({ prefix })).toBe(1)
    expect(await made.ended).toBe('SIGKILL')
  })

  it('takes the text of another variable for no mark', async () => {
    const prefix = ownPrefix()
    const innocent = bash('exec sleep 1000', [], { env: { NOTE: `said ${markName}=${prefix}1` } })
    await until(() => processesWithVariable(`${markName}=${prefix}1`).length > 0)
    expect(killMarked({ prefix })).toBe(0)
    expect(isAlive(innocent.pid)).toBe(true)
  })

  it('ends every process of a session, whatever its mark and its name', async () => {
    const prefix = ownPrefix()
    const { session } = await unwaited(') S 1 1 1 1')
    expect(killMarked({ prefix, session })).toBe(1)
    await until(() => !isAlive(session))
  })

  it('ends a process that goes on starting others, in sessions of their own', async () => {
    const prefix = ownPrefix()
    await marked(`${prefix}1`, 'while :; do setsid sleep 1000 & sleep 0.001; done')
    await until(() => processesWithVariable(`${markName}=${prefix}1`).length > 5)
    expect(await killMarkedAndWait({ prefix }, 5_000)).toBe(true)
    await sleep(20)
    expect(processesWithVariable(`${markName}=${prefix}1`)).toEqual([])
  })
})

describe('killMarkedAndWait', () => {
  it('is done at once when there is nothing', async () => {
    expect(await killMarkedAndWait({ prefix: ownPrefix() }, 0)).toBe(true)
  })

  it('is done when they are gone, zombies that nobody waits for included', async () => {
    const prefix = ownPrefix()
    // The parent carries no mark, and never waits for its child.
    const parent = bash(`env ${markName}=${prefix}1 sleep 1000 & exec sleep 1000`)
    await until(() => processesWithVariable(`${markName}=${prefix}1`).length > 0)
    const [child = 0] = processesWithVariable(`${markName}=${prefix}1`)
    expect(await killMarkedAndWait({ prefix }, 5_000)).toBe(true)
    expect([statOf(child)?.state, isAlive(parent.pid)]).toEqual(['Z', true])
  })
})

describe('killMarkedAndWait of a session', () => {
  it('is done when only zombies are left of it', async () => {
    const { session } = await unwaited('sleep')
    expect(await killMarkedAndWait({ prefix: ownPrefix(), session }, 2_000)).toBe(true)
    expect(statOf(session)?.state).toBe('Z')
  })
})

describe('kill', () => {
  it('sends a signal to a process', async () => {
    const made = bash('exec sleep 1000')
    await sleep(20)
    kill(made.pid, 'SIGTERM')
    expect(await made.ended).toBe('SIGTERM')
  })

  it('is content with a process that is gone', async () => {
    const made = bash('exit')
    await made.ended
    kill(made.pid, 'SIGKILL')
  })
})
