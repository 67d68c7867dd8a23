import { setTimeout as sleep } from 'node:timers/promises'
import { LanePool } from '@anyhandler/core'
import type { Lane, Reply, RunOptions } from '@anyhandler/core'
import { describe, expect, it } from 'vitest'

type Work = (options: RunOptions) => Promise<string>
const never = new AbortController().signal

/** A lane whose tasks say themselves what they do. */
class TestLane implements Lane<Work, string> {
  static opened: TestLane[] = []
  ending = ''
  readonly #ended = Promise.withResolvers<Error>()
  #alive = true
  readonly stoppable: boolean

  constructor(stoppable = true) {
    this.stoppable = stoppable
    TestLane.opened.push(this)
  }

  get alive(): boolean {
    return this.#alive
  }

  get ended(): Promise<Error> {
    return this.#ended.promise
  }

  /** The worker is gone, as when somebody kills it. */
  end(why = 'ended'): void {
    this.#alive = false
    this.#ended.resolve(new Error(why))
  }

  async run(work: Work, options: RunOptions): Promise<Reply<string>> {
    try {
      return { ok: true, value: await work(options) }
    } catch (error) {
      this.end()
      throw error
    }
  }

  async close(): Promise<void> {
    this.ending = 'closed'
    this.end()
  }

  async kill(): Promise<boolean> {
    this.ending = 'killed'
    this.end()
    return this.stoppable
  }
}

function poolOf(size: number, make: () => TestLane | Promise<TestLane> = () => new TestLane()): LanePool<Work, string> {
  TestLane.opened = []
  return new LanePool(async () => make(), size)
}

const value =
  (text: string): Work =>
  async () =>
    text

describe('a lane pool', () => {
  it('opens its lanes at the start and uses the warmest', async () => {
    const pool = poolOf(3)
    await pool.start()
    expect(TestLane.opened).toHaveLength(3)
    expect(await pool.run(value('a'), { signal: never })).toEqual({ ok: true, value: 'a' })
    expect(TestLane.opened).toHaveLength(3)
  })

  it('runs no more tasks at once than it has lanes, the others in their order', async () => {
    const pool = poolOf(2)
    await pool.start()
    let running = 0
    let most = 0
    const order: number[] = []
    const task =
      (number: number): Work =>
      async () => {
        running += 1
        most = Math.max(most, running)
        order.push(number)
        await sleep(2)
        running -= 1
        return ''
      }
    await Promise.all([1, 2, 3, 4, 5].map((number) => pool.run(task(number), { signal: never })))
    expect(most).toBe(2)
    expect(order).toEqual([1, 2, 3, 4, 5])
  })

  it('kills and replaces a lane whose signal fires, and rejects with its reason', async () => {
    const pool = poolOf(1)
    await pool.start()
    const controller = new AbortController()
    const running = pool.run(() => new Promise(() => {}), { signal: controller.signal })
    controller.abort(new Error('time is up'))
    await expect(running).rejects.toThrow('time is up')
    expect(TestLane.opened[0]?.ending).toBe('killed')
    expect(await pool.run(value('next'), { signal: never })).toEqual({ ok: true, value: 'next' })
    expect(TestLane.opened).toHaveLength(2)
  })

  it('says when a lane cannot be stopped, and opens none in its place', async () => {
    const pool = poolOf(1, () => new TestLane(false))
    await pool.start()
    const controller = new AbortController()
    const running = pool.run(() => new Promise(() => {}), { signal: controller.signal })
    const reason = new Error('time is up')
    controller.abort(reason)
    await expect(running).rejects.toMatchObject({ name: 'LaneStuckError', cause: reason })
    expect(TestLane.opened).toHaveLength(1)
  })

  it('replaces a lane that broke, and one that died while it was idle', async () => {
    const pool = poolOf(1)
    await pool.start()
    await expect(pool.run(() => Promise.reject(new Error('broken')), { signal: never })).rejects.toThrow('broken')
    expect(await pool.run(value('a'), { signal: never })).toMatchObject({ ok: true })
    const idle = TestLane.opened.at(-1)
    idle?.end()
    expect(await pool.run(value('b'), { signal: never })).toMatchObject({ ok: true })
    expect(TestLane.opened).toHaveLength(3)
  })

  it('gives the failure to open a lane to those who wait for it, and tries again for the next', async () => {
    let broken = true
    const pool = poolOf(1, () => {
      if (broken) throw new Error('no interpreter')
      return new TestLane()
    })
    await expect(pool.start()).rejects.toThrow('no interpreter')
    await expect(pool.run(value('a'), { signal: never })).rejects.toThrow('no interpreter')
    broken = false
    expect(await pool.run(value('b'), { signal: never })).toEqual({ ok: true, value: 'b' })
  })

  it('lets a task that waits for a lane go when its signal fires', async () => {
    const pool = poolOf(1)
    await pool.start()
    const first = new AbortController()
    const second = new AbortController()
    const running = pool.run(() => new Promise(() => {}), { signal: first.signal })
    const waiting = pool.run(value('b'), { signal: second.signal })
    second.abort(new Error('gave up'))
    await expect(waiting).rejects.toThrow('gave up')
    first.abort(new Error('done'))
    await expect(running).rejects.toThrow('done')
  })

  it('closes idle lanes, kills busy ones, and runs nothing afterwards', async () => {
    const pool = poolOf(2)
    await pool.start()
    const controller = new AbortController()
    void pool.run(() => new Promise(() => {}), { signal: controller.signal })
    await sleep(1)
    await pool.close()
    expect(TestLane.opened.map((lane) => lane.ending).toSorted()).toEqual(['closed', 'killed'])
    await expect(pool.run(value('a'), { signal: never })).rejects.toThrow('the pool is closed')
  })
})
