import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LanePool } from '@anyhandler/core'
import type { HandlerError, Invocation, PluginEnv } from '@anyhandler/core'
import type { ChildLanguage } from '@anyhandler/core/child'
import { execa } from 'execa'
import { afterEach, describe, expect, it } from 'vitest'
import { ChildSeries } from '../../../../core/src/child/child-series.ts'
import { explainUnsent } from '../../../../core/src/child/lane/child-errors.ts'
import { ChildLane } from '../../../../core/src/child/lane/child-lane.ts'
import type { ChildLaneOptions } from '../../../../core/src/child/lane/child-lane-options.ts'
import type { ChildTask } from '../../../../core/src/child/protocol/task.ts'
import { bin } from '../../../support/command.ts'
import { folder } from '../../../support/folder.ts'
import { processesWithVariable } from '../../../support/processes.ts'
import { descriptorsOf } from '../../../support/processes.ts'

const never = new AbortController().signal
const lost: string[] = []
const pools: LanePool<ChildTask, Buffer>[] = []
const file = 'python3'

afterEach(async () => {
  lost.length = 0
  await Promise.all(pools.splice(0).map((made) => made.close()))
})

function optionsOf(fault: string): ChildLaneOptions {
  return {
    name: 'faulty',
    file,
    args: [new URL('faulty-driver.py', import.meta.url).pathname],
    cwd: '/',
    variables: { PATH: process.env.PATH ?? '', FAULT: fault },
    cure: 'install it',
    load: 'name=app\n',
    outputs: ['stdout'],
    leftovers: { keepsChildren: false, keepsAll: false, local: true, shared: false },
    tmp: tmpdir(),
    onStray: () => {},
  }
}

function poolOf(fault: string, more: Partial<ChildLaneOptions> = {}): LanePool<ChildTask, Buffer> {
  const options: ChildLaneOptions = { ...optionsOf(fault), ...more }
  const made = new LanePool((signal) => ChildLane.open(options, signal), 1, {
    onLost: (reason) => void lost.push(reason.message),
  })
  pools.push(made)
  return made
}

function task(event: string): ChildTask {
  return { context: () => '', further: '', event: Buffer.from(event), onHead: () => {}, onOutput: () => {} }
}

/** Three records. */
function seriesOf(pool: LanePool<ChildTask, Buffer>) {
  const failures: [number, string][] = []
  const invocation = { id: '1', deadline: 1, functionArn: '', signal: never } as Invocation
  const env = { log() {} } as unknown as PluginEnv
  const language: ChildLanguage = {
    name: 'faulty',
    extensions: [],
    command: () => ({ file, args: [] }),
    outputs: { stdout: 'log' },
  }
  const onFailed = (index: number, error: unknown): void => {
    const { errorType, message } = error as HandlerError
    failures.push([index, `${errorType}: ${message}`])
  }
  const records = ['1', '2', '3'].map((text) => Buffer.from(text))
  const { ended } = new ChildSeries({ language, env, invocation }, records, onFailed, pool)
  return { ended, failures }
}

async function answer(pool: LanePool<ChildTask, Buffer>, event: string): Promise<string> {
  const reply = await pool.run(task(event), { signal: never })
  return reply.ok ? reply.value.toString() : `${reply.error.errorType}: ${reply.error.message}`
}

const failed = { code: 'Runtime.DriverFailed' }

describe('a driver whose start breaks the protocol is refused', () => {
  it.each([
    ['silent', 500, `${file} did not say 'ready' within 0.5 s`],
    // As long as its first bytes may take on a busy machine.
    ['half-ready', 4_000, `${file} did not say 'ready' within 4 s; it had sent 6 of 600 bytes of 'ready'`],
  ])('that never gets ready (%s)', async (fault, readyMs, message) => {
    const opening = poolOf(fault, { readyMs }).start()
    await expect(opening).rejects.toMatchObject({ ...failed, message: expect.stringContaining(message) })
  })

  it.each([
    ['closes', 'the driver closed its control descriptor'],
    ['unknown-output', "the driver's 'ready' frame has the outputs stdlog; the plugin knows stdout"],
    ['missing-output', "the driver's 'ready' frame lacks the outputs stdout"],
    ['wrong-type', "the driver's 'ready' frame has 'seven' as leash; it must be a descriptor or a list of them"],
    ['control-unused', `the driver announced pipes in 'control', but sent "loaded 0\\n" on descriptor 4`],
  ])('at once: %s', async (fault, message) => {
    // Who waits is later than the test may be.
    const opening = poolOf(fault, { readyMs: 60_000 }).start()
    await expect(opening).rejects.toMatchObject({ ...failed, message: expect.stringContaining(message) })
  })

  it('but a handler may be loaded for as long as it likes, and the log says what is awaited', async () => {
    const notices: number[] = []
    const pool = poolOf('never-loaded', { onSlowLoad: (ms) => void notices.push(ms) })
    const opening = pool.start().catch((error: unknown) => error)
    await expect.poll(() => notices, { timeout: 60_000 }).toEqual([8_000])
    await pool.close()
    expect(await opening).toMatchObject({ message: 'the pool is closed' })
  })
})

describe('a driver that breaks the protocol during an event costs that event, with a sentence that says where', () => {
  it.each([
    [
      'second-ready',
      "the driver sent 'ready' of event 1; the lane of the faulty plugin was busy with event 1, awaiting 'done' or 'failed'",
    ],
    ['chunk', "the driver sent 'chunk' without an earlier 'head' with \"stream\":true"],
    ['failed-text', "the driver's 'failed' frame is not a JSON object: \"no JSON\""],
    ['closes-later', 'the driver closed its control descriptor; the lane of the faulty plugin was busy'],
  ])('%s', async (fault, message) => {
    const pool = poolOf(fault)
    await expect(answer(pool, 'one')).rejects.toMatchObject({
      name: 'LaneBrokenError',
      message: expect.stringContaining(message),
    })
    expect(await answer(pool, 'two')).toBe(
      fault === 'closes-later' ? await answer(pool, 'two').catch(() => 'two') : 'two',
    )
  })

  it('says how much of a frame has come when the driver dies in the middle of it', async () => {
    const pool = poolOf('half-done')
    await expect(answer(pool, 'one')).rejects.toMatchObject({
      signal: 'SIGKILL',
      message: "the process was ended by SIGKILL (perhaps out of memory); it had sent 6 of 600 bytes of 'done'",
    })
    expect(await answer(pool, 'two')).toBe('two')
  })

  it('a head that no answer can have is the handler’s failure', async () => {
    await expect(answer(poolOf('bad-head'), 'one')).rejects.toMatchObject({
      errorType: 'Function.InvalidAnswer',
      message: `the answer's cookies is "a=b"; it must be a list of strings`,
    })
  })
})

describe('a driver that breaks off a series: what it has not claimed is untouched', () => {
  it.each([
    ['series-dies', { begun: 2, done: 1 }, 'the process exited with code 3 during the event'],
    // One fails in any case, or it would be tried for ever.
    ['series-unbegun', { begun: 1, done: 0 }, 'the process exited with code 3 during the event'],
    [
      'series-lies',
      { begun: 2, done: 1 },
      'it was claimed, but perhaps not run: the driver ran 1 of the 2 records that it claimed',
    ],
    ['series-chunk', { begun: 2, done: 1 }, "the driver sent 'chunk' in a series"],
    ['series-forges', { begun: 2, done: 1 }, "the driver sent 'failed' of event 4"],
  ])('%s', async (fault, end, message) => {
    const { ended, failures } = seriesOf(poolOf(fault))
    const { error, ...numbers } = await ended
    expect(numbers).toEqual(end)
    expect(error).toMatchObject({ errorType: 'Runtime.ExitError', message: expect.stringContaining(message) })
    expect(failures).toEqual([])
  })

  it('and one that leaves records unclaimed says so', async () => {
    const { ended, failures } = seriesOf(poolOf('series-late'))
    expect(await ended).toEqual({ begun: 2, done: 2 })
    expect(failures).toEqual([[0, 'E: first']])
  })
})

describe('an event that can not be handed to a driver is untouched', () => {
  it('for the reason that the lane found, not because the process has ended', async () => {
    const lane = await ChildLane.open(optionsOf('none'), never)
    const { ended } = lane
    const series = { events: [Buffer.from('1')], begin() {}, end: () => 0, onFailed() {} }
    await expect(lane.run({ ...task('one'), series }, { signal: never })).rejects.toMatchObject({
      message: "the driver takes no series: its 'ready' frame had no 'claims'",
      untouched: true,
    })
    await ended
    await lane.kill()
  })

  it('and the process is said to have ended when it has', async () => {
    const { pid } = execa('true')
    const gone = () => explainUnsent(new Error('ENOENT'), pid).message
    await expect.poll(gone).toBe('the process has ended: ENOENT')
    expect(explainUnsent(new Error('EMFILE'), process.pid).message).toBe('the event could not be sent: EMFILE')
  })
})

describe('a driver that breaks the protocol between events is killed, replaced, and logged once', () => {
  it.each([
    ['done-twice', "the driver sent 'done' of event 1; the lane of the faulty plugin was "],
    ['text', 'expected a frame, got "some text"'],
  ])('%s', async (fault, message) => {
    const pool = poolOf(fault)
    expect(await answer(pool, 'one')).toBe('one')
    await expect.poll(() => lost).toEqual([expect.stringContaining(message)])
    expect(await answer(pool, 'two')).toBe('two')
  })

  it('when it dies, and nothing of it stays open', async () => {
    const pool = poolOf('dies-idle')
    await pool.start()
    const before = descriptorsOf(process.pid)
    for (let i = 0; i < 5; i++) {
      expect(await answer(pool, 'next')).toBe('next')
      await expect.poll(() => lost.length).toBe(i + 1)
    }
    await expect.poll(() => descriptorsOf(process.pid)).toBeLessThanOrEqual(before)
    expect(lost[0]).toBe('the process exited with code 3')
  })

  it('is not started again and again when it dies without having run anything', async () => {
    const pool = poolOf('dies-unused')
    await pool.start()
    await expect.poll(() => lost.length).toBe(1)
    await sleep(500)
    expect(lost).toHaveLength(1)
  })
})

it('the answer of a handler’s child never becomes the next event’s', async () => {
  // A child that may stay, of a driver that doesn't look who it is.
  const pool = poolOf('forks', {
    leftovers: { keepsChildren: true, keepsAll: false, local: true, shared: false },
  })
  expect(await answer(pool, 'one')).toBe('one')
  await expect.poll(() => lost).toEqual([expect.stringContaining("the driver sent 'done' of event 1")])
  expect(await answer(pool, 'two')).toBe('two')
})

it('a lane whose driver promised `idle` and never says it is replaced when the next event waits for it', async () => {
  const pool = poolOf('never-idle')
  expect(await answer(pool, 'one')).toBe('one')
  expect(await answer(pool, 'two')).toBe('two')
  expect(lost).toEqual([expect.stringMatching(/still cleaning up/)])
})

it('the private folder is made anew, whatever stands in its place', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'lanes-'))
  const tmp = join(parent, 'own')
  writeFileSync(tmp, 'a file')
  const pool = poolOf('none', { tmp })
  expect(await answer(pool, 'one')).toBe('one')
  rmSync(parent, { recursive: true })
})

it('more workers than there are descriptors for fail with a sentence, and leave nothing behind', async () => {
  const root = folder({ 's.sh': 'echo hi\n', 'anyhandler.config.json': '{"concurrency":40}' })
  const { stdout, exitCode } = await execa({
    reject: false,
    stdin: 'ignore',
  })`bash -c ${'ulimit -n 256; exec "$@"'} bash ${process.execPath} ${bin} invoke s --root ${root}`
  expect(JSON.parse(stdout)).toMatchObject({
    errorType: 'Runtime.DriverFailed',
    errorMessage: expect.stringMatching(
      /^bash could not be started: the host has no file descriptor left .*concurrency/,
    ),
  })
  expect(exitCode).toBe(1)
  await expect.poll(() => processesWithVariable(root)).toEqual([])
})
