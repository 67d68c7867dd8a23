import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Leash } from '../../../core/src/leftovers/leash.ts'
import { Leftovers } from '../../../core/src/leftovers/leftovers.ts'
import type { DriverFacts, LeftoversOptions } from '../../../core/src/leftovers/leftovers.ts'
import { lastPid, processOf } from '../../../core/src/leftovers/proc.ts'
import { markName } from '../../../core/src/mark.ts'
import { bash, fifo } from '../../support/fifo.ts'
import type { TestProcess } from '../../support/fifo.ts'
import { isAlive, processesWithVariable, programOf } from '../../support/processes.ts'
import { until } from '../../support/served.ts'

const alone: LeftoversOptions = { keepsChildren: false, keepsAll: false, local: true, shared: false }
const none = (): boolean => false

/** A lane whose driver is a shell that waits: what it starts can be told from what others start. */
async function lane(
  options: Partial<LeftoversOptions> = {},
  facts: Partial<DriverFacts> = {},
): Promise<{ readonly leftovers: Leftovers; readonly driver: TestProcess }> {
  const leftovers = new Leftovers({ ...alone, ...options })
  const driver = bash('exec sleep 1000', [], { env: { [markName]: leftovers.initMark } })
  await until(() => processesWithVariable(`${markName}=${leftovers.initMark}`).includes(driver.pid))
  leftovers.loaded({ session: driver.pid, driver: driver.pid, forksAhead: false, pipes: new Set(), ...facts })
  onTestFinished(() => leftovers.endAll(driver.pid, false))
  return { leftovers, driver }
}

/** True for a process that runs this program. While it changes its program, it has no environment to be found by. */
const runs =
  (program: string) =>
  (pid: number): boolean =>
    programOf(pid) === program

/** Once it has written, it is in a session of its own, and changes its program no more. */
const resting = `exec setsid bash -c 'echo; kill -STOP $$'`

async function started(mark: string, script?: string): Promise<TestProcess> {
  const made = bash(script ?? resting, [], { env: { [markName]: mark } })
  if (script === undefined) await once(made.child.stdout as Readable, 'data')
  else await until(() => processesWithVariable(`${markName}=${mark}`).includes(made.pid))
  return made
}

describe('the end of an event', () => {
  it('ends what carries its mark, at once, and spares the driver and what was started with it', async () => {
    const { leftovers, driver } = await lane()
    const mark = leftovers.begin(1)
    const [left, other] = [await started(mark), await started(`x${mark}`)]
    expect(leftovers.end(none)).toBe(true)
    expect(await left.ended).toBe('SIGKILL')
    expect([isAlive(driver.pid), isAlive(other.pid)]).toEqual([true, true])
  })

  it('sees that a signal has ended the driver before its exit is reported', async () => {
    const { leftovers, driver } = await lane()
    await started(leftovers.begin(1))
    leftovers.end(none)
    expect(leftovers.losesDriver).toBe(false)
    await started(leftovers.begin(2))
    process.kill(driver.pid, 'SIGTERM')
    leftovers.end(none)
    expect(leftovers.losesDriver).toBe(true)
  })

  it('finds the mark behind a variable whose text holds its name', async () => {
    const { leftovers } = await lane()
    const mark = leftovers.begin(1)
    const left = bash(resting, [], { env: { NOTE: `said ${markName}=none`, [markName]: mark } })
    await once(left.child.stdout as Readable, 'data')
    leftovers.end(none)
    expect(await left.ended).toBe('SIGKILL')
  })

  it('ends a process that goes on starting others, in sessions of their own', async () => {
    const { leftovers } = await lane()
    const mark = leftovers.begin(1)
    await started(mark, `exec setsid bash -c 'while :; do setsid sleep 1000 & sleep 0.001; done'`)
    await until(() => processesWithVariable(`${markName}=${mark}`).length > 5)
    leftovers.end(none)
    await until(() => processesWithVariable(`${markName}=${mark}`).length === 0)
  })

  it('ends what has no mark and holds a pipe of the lane', async () => {
    // bash keeps a short here-string in a pipe without a name.
    const maker = bash(`exec 5<<<''; read -r -u 5; echo; exec sleep 1000`)
    await once(maker.child.stdout as Readable, 'data')
    const path = `/proc/${maker.pid}/fd/5`
    const leash = new Leash(path)
    onTestFinished(() => leash.close())
    // The driver comes after it: what holds the read end was there before.
    const { leftovers } = await lane({}, { pipes: new Set([leash.inode]) })
    leftovers.begin(1)
    const holder = bash(`exec env -i setsid sleep 1000 3>"$1"`, [path])
    await until(() => leash.held)
    expect(await leftovers.end(() => leash.held)).toBe(true)
    expect([leash.held, await holder.ended]).toEqual([false, 'SIGKILL'])
  })

  it('spares what is in a session that was there before the first event', async () => {
    const leftovers = new Leftovers(alone)
    const mark = leftovers.initMark.replace(/init$/, '1')
    const driver = bash('exec sleep 1000')
    // Its own session, and not that of the tests: process ids may have come round since those began.
    const go = fifo()
    bash(`exec setsid bash -c 'read -r _ <"$1"; sleep 1000 & wait' leader "$1"`, [go], { env: { [markName]: mark } })
    const marked = (): readonly number[] => processesWithVariable(`${markName}=${mark}`)
    await until(() => marked().length === 1)
    leftovers.loaded({ session: driver.pid, driver: driver.pid, forksAhead: false, pipes: new Set() })
    onTestFinished(() => leftovers.endAll(driver.pid, false))
    expect(leftovers.begin(1)).toBe(mark)
    bash('echo go >"$1"', [go])
    await until(() => marked().filter(runs('sleep')).length === 1)
    leftovers.end(none)
    await sleep(5)
    expect(marked().every(isAlive)).toBe(true)
    expect(marked().length).toBe(2)
  })

  it('finds what it had kept, once that has left the driver’s session', async () => {
    const leftovers = new Leftovers({ ...alone, keepsChildren: true })
    const go = fifo()
    const script = `read -r _ <"$1"; perl -MPOSIX -e "select undef, undef, undef, 0.05 while !-e \\$ARGV[0]; setsid; sleep 1000" "$1.leave" & wait; exec sleep 1000`
    const driver = bash(`exec setsid bash -c '${script}' driver "$1"`, [go], {
      env: { [markName]: leftovers.initMark },
    })
    const pids = (): readonly number[] => processesWithVariable(`${markName}=${leftovers.initMark}`)
    const count = (): number => pids().length
    await until(() => count() === 1)
    leftovers.loaded({ session: driver.pid, driver: driver.pid, forksAhead: false, pipes: new Set() })
    onTestFinished(() => leftovers.endAll(driver.pid, true))
    leftovers.begin(1)
    bash('echo go >"$1"', [go])
    await until(() => pids().filter(runs('perl')).length === 1)
    leftovers.end(none)
    expect(count()).toBe(2)
    // Nothing is started in this event, so only the kept process makes the host look.
    leftovers.begin(2)
    writeFileSync(`${go}.leave`, '')
    await until(() => pids().filter((pid) => processOf(pid)?.session === pid).length === 2)
    leftovers.end(none)
    await until(() => count() === 1)
  })

  it('says so when what holds its pipes can’t be ended', async () => {
    const { leftovers } = await lane()
    leftovers.begin(1)
    const start = performance.now()
    expect(await leftovers.end(() => true)).toBe(false)
    expect(performance.now() - start).toBeGreaterThanOrEqual(490)
  })

  it('does not look through /proc when no process was started', async () => {
    const { leftovers, driver } = await lane()
    for (let i = 0; i < 50; i++) {
      // Started before the event, under the mark of a later one: only a look would find it.
      const hidden = await started(`${leftovers.initMark.replace(/init$/, '')}7`)
      leftovers.loaded({ session: driver.pid, driver: driver.pid, forksAhead: false, pipes: new Set() })
      const before = lastPid()
      leftovers.begin(1)
      leftovers.end(none)
      if (lastPid() !== before) continue
      await sleep(5)
      expect(isAlive(hidden.pid)).toBe(true)
      return
    }
    expect.fail('processes were started on this machine all the time')
  })
})

describe('a language that keeps the children of its driver', () => {
  it('keeps them while they share its session, and ends those that left it', async () => {
    const leftovers = new Leftovers({ ...alone, keepsChildren: true })
    // The driver starts its children when it is told to: what runs before belongs to the load.
    const go = fifo()
    const script = `read -r _ <"$1"; sleep 1001 & setsid sleep 1002 & (sleep 1003 &) ; wait`
    const driver = bash(`exec setsid bash -c '${script}' driver "$1"`, [go], {
      env: { [markName]: leftovers.initMark },
    })
    await until(() => processesWithVariable(`${markName}=${leftovers.initMark}`).includes(driver.pid))
    await sleep(50)
    leftovers.loaded({ session: driver.pid, driver: driver.pid, forksAhead: false, pipes: new Set() })
    onTestFinished(() => leftovers.endAll(driver.pid, true))
    leftovers.begin(1)
    bash('echo go >"$1"', [go])
    const count = (): number => processesWithVariable(`${markName}=${leftovers.initMark}`).length
    // Before it is `sleep`, a child may still be in the driver's session.
    await until(() => processesWithVariable(`${markName}=${leftovers.initMark}`).filter(runs('sleep')).length === 3)
    leftovers.end(none)
    await until(() => count() === 2)
    await sleep(50)
    expect(count()).toBe(2)
  })
})

describe('lanes that share their looks', () => {
  it('have one soon after an event, which spares what a running event has started', async () => {
    const { leftovers } = await lane({ shared: true })
    const second = await lane({ shared: true })
    const left = await started(leftovers.begin(1))
    const running = await started(second.leftovers.begin(1))
    leftovers.end(none)
    expect(await left.ended).toBe('SIGKILL')
    await sleep(20)
    expect(isAlive(running.pid)).toBe(true)
    second.leftovers.end(none)
    expect(await running.ended).toBe('SIGKILL')
  })

  it('spare what carries no event’s mark as long as the event that started it runs', async () => {
    const { leftovers } = await lane({ shared: true })
    leftovers.begin(1)
    const left = await started(leftovers.initMark)
    leftovers.end(none)
    const before = lastPid()
    leftovers.begin(2)
    const running = await started(leftovers.initMark)
    // After the greatest process id the system begins with small ones. This look can't tell then who is older; the look
    // after the next event can.
    await until(() => !isAlive(left.pid) || lastPid() < before)
    if (lastPid() < before) return
    expect(await left.ended).toBe('SIGKILL')
    await sleep(20)
    expect(isAlive(running.pid)).toBe(true)
    leftovers.end(none)
    expect(await running.ended).toBe('SIGKILL')
  })

  it('look again for what was started during a look', async () => {
    const { leftovers } = await lane({ shared: true })
    const other = await lane({ shared: true })
    const left = await started(leftovers.begin(1))
    // A look for the other lane, while the event is under way.
    const others = await started(other.leftovers.begin(1))
    other.leftovers.end(none)
    expect(await others.ended).toBe('SIGKILL')
    expect(isAlive(left.pid)).toBe(true)
    leftovers.end(none)
    expect(await left.ended).toBe('SIGKILL')
  })
})

it('the end of a lane ends its driver, its session and all that carries its mark', async () => {
  const { leftovers, driver } = await lane()
  const left = await started(leftovers.begin(1))
  await leftovers.endAll(driver.pid, false)
  expect([await driver.ended, await left.ended]).toEqual(['SIGKILL', 'SIGKILL'])
})
