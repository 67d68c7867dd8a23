import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { DriverPipes } from '../../../../core/src/child/driver/driver-pipes.ts'
import { protocol, readReady } from '../../../../core/src/child/protocol/ready.ts'
import type { Ready } from '../../../../core/src/child/protocol/ready.ts'
import { descriptorsOf } from '../../../support/processes.ts'
import { until } from '../../../support/served.ts'

/** A process that has made the pipes of a driver. */
class Piping {
  readonly #child = spawn('python3', [join(import.meta.dirname, 'piping.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  readonly #lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()

  constructor() {
    const closed = once(this.#child, 'close')
    onTestFinished(async () => {
      this.#child.kill('SIGKILL')
      // The next test may count descriptors.
      await closed
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async ready(): Promise<Ready> {
    return readReady(Buffer.from(await this.#line()))
  }

  /** Resolves when the process has done it, with what it says. */
  async do(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`)
    return this.#line()
  }

  async #line(): Promise<string> {
    const { value } = await this.#lines.next()
    return String(value)
  }
}

interface Made {
  readonly child: Piping
  readonly pipes: DriverPipes
  readonly seen: string[]
}

async function make(onOutput: (name: string, text: string) => void | PromiseLike<void> = () => {}): Promise<Made> {
  const child = new Piping()
  const seen: string[] = []
  const pipes = new DriverPipes(await child.ready(), child.pid, {
    onOutput(name, chunk) {
      seen.push(`${name} ${chunk.toString()}`)
      return onOutput(name, chunk.toString())
    },
    onReport({ kind, event }) {
      seen.push(`report ${kind} ${event}`)
      return true
    },
    onNoise: (line) => seen.push(`noise ${line.toString()}`),
  })
  onTestFinished(() => pipes.close())
  await child.do('begin')
  pipes.start()
  return { child, pipes, seen }
}

const flushed = (pipes: DriverPipes): Promise<void> =>
  new Promise((resolve) => {
    pipes.flush(resolve)
  })

it('hands over each output under its name, reports, and what is no report', async () => {
  const { child, seen } = await make()
  await child.do('write one hello')
  await until(() => seen.length === 1)
  await child.do('write two again')
  await until(() => seen.length === 2)
  await child.do('write reports done 1\\nhello\\n')
  await until(() => seen.length === 4)
  expect(seen).toEqual(['one hello', 'two again', 'report done 1', 'noise hello'])
})

it('has handed over, behind a flush, what a busy receiver had made wait', async () => {
  const { child, pipes, seen } = await make(() => new Promise(() => {}))
  await child.do('write one first')
  await until(() => seen.length === 1)
  await child.do('write one second')
  await sleep(20)
  expect(seen).toEqual(['one first'])
  await flushed(pipes)
  expect(seen).toEqual(['one first', 'one second'])
})

it('has handed over what all outputs hold, behind a flush after a report', async () => {
  const { child, pipes, seen } = await make()
  await child.do('write reports head {}\\n')
  await until(() => seen.length === 1)
  await child.do('write one last')
  await child.do('write two words')
  await flushed(pipes)
  expect(seen.toSorted()).toEqual(['one last', 'report head undefined', 'two words'])
})

it('drains outputs and reports of a process that has ended', async () => {
  const child = new Piping()
  const seen: string[] = []
  const pipes = new DriverPipes(await child.ready(), child.pid, {
    onOutput: (name, chunk) => void seen.push(`${name} ${chunk.toString()}`),
    onReport: ({ kind }) => seen.push(kind) > 0,
    onNoise: () => {},
  })
  onTestFinished(() => pipes.close())
  await child.do('begin')
  // Nothing reads yet: the event loop had no turn.
  await child.do('write one last words')
  await child.do('write reports done 1\\n')
  expect(seen).toEqual([])
  pipes.drain()
  pipes.drainReports()
  expect(seen).toEqual(['one last words', 'done'])
})

it('looks at the leashes in turn', async () => {
  const { child, pipes } = await make()
  await child.do('release turn1')
  await child.do('release turn2')
  const held = (): boolean[] => [1, 2, 3, 4].map((event) => pipes.held(event))
  expect(held()).toEqual([true, true, true, true])
  await child.do('release leash1')
  expect(held()).toEqual([false, true, false, true])
})

it('looks at the outputs in turn, which somebody else than the host must hold', async () => {
  const { child, pipes, seen } = await make()
  await child.do('release leash1')
  await child.do('release leash2')
  const held = (): boolean[] => [1, 2, 3, 4].map((event) => pipes.held(event))
  expect(held()).toEqual([true, true, true, true])
  await child.do('release turn1')
  expect(held()).toEqual([false, true, false, true])
  // Although nobody held it for a while, it has not ended.
  await child.do('reopen turn1')
  await child.do('write turn1 again')
  await until(() => seen.length === 1)
  expect([seen, held()]).toEqual([['turn again'], [true, true, true, true]])
})

it('has neither leash nor standard input when the driver has none', () => {
  const pipes = new DriverPipes({ protocol }, process.pid, { onOutput() {}, onReport: () => true, onNoise() {} })
  expect(pipes.held(1)).toBe(false)
  pipes.open()
  pipes.write(Buffer.from('x'))
  pipes.reset()
  pipes.drain()
  pipes.drainReports()
  pipes.close()
})

it('writes each event to the new pipe that the driver has made its standard input', async () => {
  const { child, pipes } = await make()
  pipes.open()
  pipes.write(Buffer.from('never read'))
  pipes.reset()
  await child.do('renew')
  pipes.open()
  pipes.write(Buffer.from('the event'))
  expect(await child.do('read')).toBe('the event')
})

it('frees all its descriptors when it is closed', async () => {
  const child = new Piping()
  const ready = await child.ready()
  const own = descriptorsOf(process.pid)
  const pipes = new DriverPipes(ready, child.pid, { onOutput() {}, onReport: () => true, onNoise() {} })
  pipes.start()
  pipes.open()
  expect(descriptorsOf(process.pid)).toBe(own + 10)
  pipes.close()
  await until(() => descriptorsOf(process.pid) <= own)
})

it('leaves no descriptor open when the driver names one that it does not have', async () => {
  const child = new Piping()
  const ready = await child.ready()
  const before = descriptorsOf(process.pid)
  const { outputs, leash = [] } = ready
  const wrongs = [
    { leash: [...[leash].flat(), 999] },
    { reports: 999 },
    { outputs: { ...outputs, three: 999 } },
    { outputs: { ...outputs, three: [...[leash].flat(), 999] } },
  ]
  for (const wrong of wrongs) {
    expect(
      () => new DriverPipes({ ...ready, ...wrong }, child.pid, { onOutput() {}, onReport: () => true, onNoise() {} }),
    ).toThrow('ENOENT')
  }
  expect(descriptorsOf(process.pid)).toBe(before)
})
