import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Leash } from '../../../core/src/leftovers/leash.ts'
import { Sweeper } from '../../../core/src/leftovers/sweeper.ts'
import { hostMark, markName } from '../../../core/src/mark.ts'
import { bash, fifo } from '../../support/fifo.ts'
import type { TestProcess } from '../../support/fifo.ts'
import { isAlive, processesWithVariable } from '../../support/processes.ts'
import { until } from '../../support/served.ts'

let lanes = 0
let prefix = ''

beforeEach(() => {
  prefix = `${hostMark}-test${(lanes += 1)}-`
})

async function started(event: string, of = prefix, script = 'exec sleep 1000'): Promise<TestProcess> {
  const made = bash(script, [], { env: { [markName]: `${of}${event}` } })
  await until(() => processesWithVariable(`${markName}=${of}${event}`).includes(made.pid))
  return made
}

function sweeperOf(running: () => string | undefined = () => undefined, of = prefix): Sweeper {
  const made = new Sweeper(of, running)
  onTestFinished(() => made.stop())
  return made
}

/** Resolves behind a look, which serves all lanes that have asked for it by now. */
async function look(): Promise<void> {
  const other = `${hostMark}-look${(lanes += 1)}-`
  const left = await started('1', other)
  sweeperOf(undefined, other).later()
  await left.ended
}

describe('a sweep soon after an event', () => {
  it('ends what the event left behind, and spares the driver and the running event', async () => {
    const [init, old, running] = [await started('init'), await started('1'), await started('2')]
    sweeperOf(() => `${prefix}2`).later()
    expect(await old.ended).toBe('SIGKILL')
    await sleep(20)
    expect([isAlive(init.pid), isAlive(running.pid)]).toEqual([true, true])
  })

  it('comes once for all lanes that ask for it, and touches no other', async () => {
    const other = `${hostMark}-other${lanes}-`
    const third = `${hostMark}-third${lanes}-`
    const [mine, others, thirds] = [await started('1'), await started('1', other), await started('1', third)]
    sweeperOf().later()
    sweeperOf(undefined, other).later()
    expect([await mine.ended, await others.ended]).toEqual(['SIGKILL', 'SIGKILL'])
    await sleep(20)
    expect(isAlive(thirds.pid)).toBe(true)
  })

  it('does not come for a lane that was stopped meanwhile', async () => {
    const left = await started('1')
    const made = sweeperOf()
    made.later()
    made.stop()
    await look()
    await sleep(20)
    expect(isAlive(left.pid)).toBe(true)
  })

  it('looks again after an event that ran during the last look', async () => {
    let running: string | undefined = `${prefix}1`
    const made = sweeperOf(() => running)
    const left = await started('1')
    made.later()
    await look()
    await sleep(20)
    expect(isAlive(left.pid)).toBe(true)
    running = undefined
    made.later()
    expect(await left.ended).toBe('SIGKILL')
  })
})

describe('whether there may be something new', () => {
  it('is false until another process was started on the machine', () => {
    const made = sweeperOf()
    expect([made.begin('10'), made.begin('10'), made.begin('11'), made.begin('11')]).toEqual([true, false, true, false])
  })

  it('is always true behind a look during an event', () => {
    let running: string | undefined = `${prefix}1`
    const made = sweeperOf(() => running)
    expect([made.begin('10'), made.begin('10')]).toEqual([true, true])
    running = undefined
    expect([made.begin('10'), made.begin('10')]).toEqual([true, false])
  })
})

describe('now', () => {
  /** A leash that a process with the mark holds. */
  async function held(event: string): Promise<{ readonly leash: Leash; readonly holder: TestProcess }> {
    const path = fifo()
    const leash = new Leash(path)
    onTestFinished(() => leash.close())
    const holder = await started(event, prefix, `exec 3>${path}; sleep 1000`)
    await until(() => leash.held)
    return { leash, holder }
  }

  it('ends what holds the leash, its descendants included', async () => {
    const { leash, holder } = await held('1')
    expect(await sweeperOf().now(leash, 5_000)).toBe(true)
    expect([leash.held, await holder.ended]).toEqual([false, 'SIGKILL'])
    expect(processesWithVariable(`${markName}=${prefix}`)).toEqual([])
  })

  it('gives up after its time when the holder can’t be reached', async () => {
    const { leash, holder } = await held('init')
    const start = performance.now()
    expect(await sweeperOf().now(leash, 100)).toBe(false)
    expect(performance.now() - start).toBeGreaterThanOrEqual(100)
    expect(isAlive(holder.pid)).toBe(true)
  })

  it('has nothing to do for a leash that nobody holds', async () => {
    const left = await started('1')
    const leash = new Leash(fifo())
    onTestFinished(() => leash.close())
    expect(await sweeperOf().now(leash, 0)).toBe(true)
    expect(isAlive(left.pid)).toBe(true)
  })
})
