import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { LanePool } from '@anyhandler/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChildLane } from '../../../../core/src/child/lane/child-lane.ts'
import type { ChildLaneOptions } from '../../../../core/src/child/lane/child-lane-options.ts'
import type { ChildTask } from '../../../../core/src/child/protocol/task.ts'
import { isAlive } from '../../../support/processes.ts'
import { until } from '../../../support/served.ts'

const never = new AbortController().signal
let control = ''
const pools: LanePool<ChildTask, Buffer>[] = []

function laneOptions(size: number, more: Partial<ChildLaneOptions> = {}): ChildLaneOptions {
  return {
    name: 'python',
    file: 'python3',
    args: [new URL('../../../support/child-driver.py', import.meta.url).pathname],
    cwd: '/',
    variables: { PATH: process.env.PATH ?? '', CONTROL: control },
    cure: 'install it',
    load: 'name=app\n',
    outputs: ['stdout', 'stderr'],
    leftovers: { keepsChildren: false, keepsAll: false, local: true, shared: size > 1 },
    tmp: tmpdir(),
    onStray: () => {},
    ...more,
  }
}

async function pool(size = 1, more: Partial<ChildLaneOptions> = {}): Promise<LanePool<ChildTask, Buffer>> {
  const made = new LanePool((signal) => ChildLane.open(laneOptions(size, more), signal), size)
  pools.push(made)
  await made.start()
  return made
}

function task(event: string | Buffer, onOutput: ChildTask['onOutput'] = () => {}): ChildTask {
  return { context: () => 'requestId=1\n', further: '', event: Buffer.from(event), onHead: () => {}, onOutput }
}

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 500 && isAlive(pid); i++) await sleep(10)
  return !isAlive(pid)
}

describe.each(['sockets', 'pipes'])('a child lane whose frames travel through %s', (kind) => {
  beforeEach(() => {
    control = kind
  })
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((made) => made.close()))
  })

  it('answers task after task in the same warm process', async () => {
    const lanes = await pool()
    for (const text of ['one', 'two', '', 'ü\0\n']) {
      expect(await lanes.run(task(text), { signal: never })).toEqual({ ok: true, value: Buffer.from(text) })
    }
  })

  it('carries 6 MB there and back', async () => {
    const lanes = await pool()
    const event = Buffer.alloc(6_000_000, 'abc\n\0\xff', 'latin1')
    const reply = await lanes.run(task(event), { signal: never })
    expect(reply.ok && reply.value.equals(event)).toBe(true)
  })

  it('gives a failure back as data', async () => {
    const lanes = await pool()
    expect(await lanes.run(task('fail'), { signal: never })).toMatchObject({
      ok: false,
      error: { errorType: 'ValueError', message: 'wrong', stackTrace: ['here'] },
    })
  })

  it('hands over all output before it settles, and /dev/stdout can be opened', async () => {
    const lanes = await pool()
    const seen: Record<string, string> = { stdout: '', stderr: '' }
    await lanes.run(
      task('print', (output, chunk) => {
        seen[output] += chunk.toString()
      }),
      { signal: never },
    )
    expect(seen.stdout).toBe(`${'x'.repeat(100_000)}by name\n`)
    expect(seen.stderr).toBe('to stderr\n')
  })

  it('hands over in order what was written, all of it before it settles, to one who makes the pipe wait', async () => {
    const lanes = await pool()
    let seen = ''
    const onOutput = (_output: string, chunk: Buffer): Promise<void> => {
      seen += chunk.toString()
      return sleep(1)
    }
    await lanes.run(task('count', onOutput), { signal: never })
    expect(seen).toBe(Array.from({ length: 30_000 }, (_, number) => `${number}\n`).join(''))
  })

  it('keeps the answer of a driver that ends right after it', async () => {
    const lost: string[] = []
    const lanes = new LanePool((signal) => ChildLane.open(laneOptions(1), signal), 1, {
      onLost: ({ message }) => lost.push(message),
    })
    pools.push(lanes)
    for (let i = 0; i < 5; i++) {
      let seen = ''
      const onOutput = (_output: string, chunk: Buffer): void => {
        seen += chunk.toString()
      }
      expect(await lanes.run(task('last', onOutput), { signal: never })).toEqual({
        ok: true,
        value: Buffer.from('said'),
      })
      expect(seen).toBe('last words\n')
      // Until its end is known, the next event could still be given to it.
      await until(() => lost.length > i)
    }
  })

  it('hands over the parts of a stream one at a time', async () => {
    const lanes = await pool()
    const parts: string[] = []
    let open = 0
    const onChunk = async (chunk: Uint8Array): Promise<void> => {
      open += 1
      expect(open).toBe(1)
      await sleep(5)
      parts.push(Buffer.from(chunk).toString())
      open -= 1
    }
    expect(await lanes.run(task('stream'), { signal: never, onChunk })).toEqual({ ok: true, value: Buffer.from('end') })
    expect(parts).toEqual(['0', '1', '2'])
  })

  it.each([
    ['kill', { signal: 'SIGKILL' }],
    ['exit', { exitCode: 7 }],
    ['garbage', { message: expect.stringContaining('this is no frame') }],
  ])('is replaced when a task ends it: %s', async (event, error) => {
    const lanes = await pool()
    await expect(lanes.run(task(event), { signal: never })).rejects.toMatchObject({ name: 'LaneBrokenError', ...error })
    expect(await lanes.run(task('next'), { signal: never })).toMatchObject({ ok: true })
  })

  it('is killed with what it started when the signal fires, and replaced', async () => {
    const lanes = await pool()
    const reason = new Error('time is up')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 300)
    await expect(lanes.run(task('hang'), { signal: controller.signal })).rejects.toBe(reason)
    expect(await lanes.run(task('next'), { signal: never })).toMatchObject({ ok: true })
  })

  it('ends a process in a session of its own that outlives its event', async () => {
    const lanes = await pool()
    const reply = await lanes.run(task('leave'), { signal: never })
    const pid = Number(reply.ok && reply.value.toString())
    expect(pid).toBeGreaterThan(0)
    expect(await isGone(pid)).toBe(true)
    expect(await lanes.run(task('next'), { signal: never })).toMatchObject({ ok: true })
  })

  it('ends what the events of several lanes have left, while another lane is at work', async () => {
    const lanes = await pool(3)
    const controller = new AbortController()
    const hanging = Promise.resolve(lanes.run(task('hang'), { signal: controller.signal })).catch(() => 'ended')
    const replies = await Promise.all([
      lanes.run(task('leave'), { signal: never }),
      lanes.run(task('leave'), { signal: never }),
    ])
    const pids = replies.map((reply) => Number(reply.ok && reply.value.toString()))
    expect(await Promise.all(pids.map(isGone))).toEqual([true, true])
    expect(await Promise.race([hanging, sleep(1, 'still running')])).toBe('still running')
    controller.abort()
    await hanging
  })

  it('leaves what the running event started alone', async () => {
    const lanes = await pool(2)
    const controller = new AbortController()
    const hanging = Promise.resolve(lanes.run(task('hang'), { signal: controller.signal })).catch(() => 'ended')
    for (let i = 0; i < 20; i++) {
      await lanes.run(task(`${i}`), { signal: never })
      await sleep(10)
    }
    const state = await Promise.race([hanging, sleep(1, 'still running')])
    expect(state).toBe('still running')
    controller.abort()
    await hanging
  })

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'gives no task to a driver that has just had a %s, and runs it in another one',
    async (signal) => {
      const opened: ChildLane[] = []
      const lost: string[] = []
      const open = async (aborted: AbortSignal): Promise<ChildLane> => {
        const lane = await ChildLane.open(laneOptions(2), aborted)
        opened.push(lane)
        return lane
      }
      const lanes = new LanePool(open, 2, { onLost: ({ message }) => lost.push(message) })
      pools.push(lanes)
      await lanes.start()
      // A leftover makes the host wary.
      const reply = await lanes.run(task('leave'), { signal: never })
      expect(await isGone(Number(reply.ok && reply.value.toString()))).toBe(true)
      for (const { driver } of opened.slice()) {
        process.kill(driver.pid!, signal)
        while (signal === 'SIGSTOP' && !/\) T /.test(readFileSync(`/proc/${driver.pid}/stat`, 'latin1'))) {}
      }
      // In the same round of the event loop, so no exit has been reported yet.
      const next = ['three', 'four'].map((text) => lanes.run(task(text), { signal: AbortSignal.timeout(10_000) }))
      expect((await Promise.all(next)).map((reply) => reply.ok && reply.value.toString())).toEqual(['three', 'four'])
      expect(lost).toEqual(Array(2).fill('a process that the handler started ended or stopped the worker'))
    },
  )

  it('says which program is missing and how to get it', async () => {
    await expect(pool(1, { file: 'python9' })).rejects.toMatchObject({
      code: 'Runtime.InterpreterNotFound',
      message: 'python9 was not found on PATH; install it',
    })
  })

  it('passes on what a driver complained about at its start', async () => {
    await expect(pool(1, { variables: { PATH: process.env.PATH ?? '', DRIVER: 'dies' } })).rejects.toMatchObject({
      code: 'Runtime.DriverFailed',
      message: 'python3 exited with code 1 before it was ready: cannot start: no luck',
    })
  })

  it('refuses a driver of another protocol', async () => {
    await expect(pool(1, { variables: { PATH: process.env.PATH ?? '', DRIVER: 'old' } })).rejects.toThrow(
      'the driver speaks protocol 1, this host 2; install matching versions of the plugin and of @anyhandler/core',
    )
  })

  it('fails to start with what the driver says of the handler', async () => {
    await expect(pool(1, { load: 'name=broken\n' })).rejects.toMatchObject({
      name: 'HandlerError',
      errorType: 'Runtime.HandlerNotFound',
    })
  })
})
