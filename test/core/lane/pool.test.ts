import { setTimeout as sleep } from 'node:timers/promises'
import { LanePool } from '@anyhandler/core'
import type { Lane, Reply, RunOptions } from '@anyhandler/core'
import { describe, expect, it } from 'vitest'
import { LaneBrokenError } from '../../../core/src/lane/lane.ts'

/** @param rest says when the lane will be at rest */
type Work = (options: RunOptions, rest: (atRest: Promise<void>) => void) => Promise<string>
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
    let atRest: Promise<void> | undefined
    try {
      const value = await work(options, (given) => (atRest = given))
      return { ok: true, value, ...(atRest && { atRest }) }
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

function poolOf(
  size: number,
  make: () => TestLane | Promise<TestLane> = () => new TestLane(),
  lost: string[] = [],
): LanePool<Work, string> {
  TestLane.opened = []
  return new LanePool(async () => make(), size, { onLost: ({ message }) => lost.push(message) })
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

  it('returns a reply that a lane has at once without a promise, and the lane is free again', async () => {
    const ready: Lane<Work, string> = Object.assign(new TestLane(), {
      run: (): Reply<string> => ({ ok: true, value: 'now' }),
    })
    const pool = new LanePool<Work, string>(async () => ready, 1)
    await pool.start()
    for (let times = 0; times < 3; times++)
      expect(pool.run(value(''), { signal: never })).toEqual({ ok: true, value: 'now' })
  })

  it('rejects a task whose lane throws, and keeps the lane', async () => {
    let times = 0
    const lane: Lane<Work, string> = Object.assign(new TestLane(), {
      run: (): Reply<string> => {
        if ((times += 1) === 1) throw new TypeError('not cloneable')
        return { ok: true, value: 'next' }
      },
    })
    const pool = new LanePool<Work, string>(async () => lane, 1)
    await pool.start()
    await expect(pool.run(value(''), { signal: never })).rejects.toThrow('not cloneable')
    expect(pool.run(value(''), { signal: never })).toEqual({ ok: true, value: 'next' })
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

  it('replaces a lane that dies between tasks at once, and says why, once', async () => {
    const lost: string[] = []
    const pool = poolOf(2, undefined, lost)
    await pool.start()
    await Promise.all([1, 2].map(() => pool.run(() => sleep(5).then(() => ''), { signal: never })))
    TestLane.opened[0]?.end('somebody killed it')
    await expect.poll(() => TestLane.opened.length).toBe(3)
    expect(await pool.run(value('a'), { signal: never })).toMatchObject({ ok: true })
    await sleep(10)
    expect([lost, TestLane.opened.length]).toEqual([['somebody killed it'], 3])
    // What is left of it was ended, too.
    expect(TestLane.opened[0]?.ending).toBe('killed')
  })

  it('says nothing of a lane that broke during a task, whose rejection says it', async () => {
    const lost: string[] = []
    const pool = poolOf(1, undefined, lost)
    await pool.start()
    await expect(pool.run(() => Promise.reject(new Error('broken')), { signal: never })).rejects.toThrow('broken')
    await sleep(10)
    expect(lost).toEqual([])
  })

  it('says why a lane ended that died as soon as it had answered', async () => {
    const lost: string[] = []
    const pool = poolOf(1, undefined, lost)
    await pool.start()
    const task: Work = async () => {
      TestLane.opened[0]?.end('died behind its answer')
      return 'answered'
    }
    expect(await pool.run(task, { signal: never })).toMatchObject({ value: 'answered' })
    await sleep(10)
    expect([lost, TestLane.opened.length]).toEqual([['died behind its answer'], 2])
  })

  it('opens no lane for one that ended without having run a task, until a task comes', async () => {
    const lost: string[] = []
    const pool = poolOf(1, undefined, lost)
    await pool.start()
    TestLane.opened[0]?.end('it never works')
    await sleep(20)
    expect([lost, TestLane.opened.length]).toEqual([['it never works'], 1])
    expect(await pool.run(value('a'), { signal: never })).toMatchObject({ ok: true })
    expect(TestLane.opened).toHaveLength(2)
  })

  it('does not open lanes in a loop that end as soon as they are open', async () => {
    const pool = poolOf(1, () => {
      const lane = new TestLane()
      setImmediate(() => lane.end('it never works'))
      return lane
    })
    await pool.start()
    await sleep(50)
    expect(TestLane.opened).toHaveLength(1)
  })

  describe('whose lane has answered', () => {
    /** A task after which its lane is at rest when the promise says so. */
    const restless =
      (atRest: Promise<void>): Work =>
      async (_options, rest) => {
        rest(atRest)
        return 'answered'
      }

    it('hands it over when it is at rest, and not before', async () => {
      const pool = poolOf(1)
      await pool.start()
      const rest = Promise.withResolvers<void>()
      expect(await pool.run(restless(rest.promise), { signal: never })).toMatchObject({ value: 'answered' })
      let next = ''
      const waiting = Promise.resolve(pool.run(value('next'), { signal: never })).then(() => (next = 'answered'))
      await sleep(50)
      expect(next).toBe('')
      rest.resolve()
      await waiting
      expect(TestLane.opened).toHaveLength(1)
    })

    it('replaces it half a second after a task that waits for it came, and says so once', async () => {
      const lost: string[] = []
      const pool = poolOf(1, undefined, lost)
      await pool.start()
      await pool.run(restless(new Promise(() => {})), { signal: never })
      // Nobody waits: it has all the time.
      await sleep(600)
      expect(TestLane.opened[0]?.ending).toBe('')
      const start = performance.now()
      const waiting = [1, 2].map(() => pool.run(value('next'), { signal: never }))
      await Promise.all(waiting)
      expect(performance.now() - start).toBeGreaterThan(450)
      await sleep(20)
      expect(TestLane.opened.map((lane) => lane.ending)).toEqual(['killed', ''])
      expect(lost).toEqual(['the worker was still cleaning up when the next task had waited 500 ms for it'])
    })

    it('puts it back when the signal of the task that gets it fires in that moment', async () => {
      const pool = poolOf(1)
      await pool.start()
      const rest = Promise.withResolvers<void>()
      const controller = new AbortController()
      await pool.run(restless(rest.promise), { signal: never })
      const waiting = pool.run(value('b'), { signal: controller.signal })
      await sleep(1)
      // Behind the pool's own callback, in front of those of the lane that it hands over.
      void rest.promise.then(() => controller.abort(new Error('gave up')))
      rest.resolve()
      await expect(waiting).rejects.toThrow('gave up')
      expect(await pool.run(value('c'), { signal: never })).toMatchObject({ value: 'c' })
      expect(TestLane.opened).toHaveLength(1)
    })

    it('replaces it when it dies before it is at rest', async () => {
      const lost: string[] = []
      const pool = poolOf(1, undefined, lost)
      await pool.start()
      const rest = Promise.withResolvers<void>()
      await pool.run(restless(rest.promise), { signal: never })
      TestLane.opened[0]?.end('died at rest')
      rest.resolve()
      expect(await pool.run(value('next'), { signal: never })).toMatchObject({ ok: true })
      expect([lost, TestLane.opened.length]).toEqual([['died at rest'], 2])
    })
  })

  it('ends a lane that is still opening when it is closed, and tells who waits for it', async () => {
    const opening = Promise.withResolvers<TestLane>()
    let signal: AbortSignal | undefined
    TestLane.opened = []
    const pool = new LanePool<Work, string>((given) => {
      signal = given
      return opening.promise
    }, 1)
    const started = pool.start()
    const waiting = Promise.resolve(pool.run(value('a'), { signal: never })).catch((error: Error) => error.message)
    await sleep(1)
    await pool.close()
    expect(signal?.aborted).toBe(true)
    expect(await waiting).toBe('the pool is closed')
    const late = new TestLane()
    opening.resolve(late)
    await started
    expect(late.ending).toBe('killed')
  })

  it('puts a lane back that was handed to a task whose signal fires in that moment', async () => {
    const pool = poolOf(1)
    await pool.start()
    const finish = Promise.withResolvers<string>()
    const controller = new AbortController()
    const first = pool.run(() => finish.promise, { signal: never })
    let begun = false
    const second = pool.run(
      async () => {
        begun = true
        return ''
      },
      { signal: controller.signal },
    )
    await sleep(1)
    finish.resolve('')
    // The lane goes to the second task when the first has answered; before that runs, its signal fires.
    void Promise.resolve(first).then(() => controller.abort(new Error('gave up')))
    await expect(second).rejects.toThrow('gave up')
    expect(begun).toBe(false)
    expect(await pool.run(value('third'), { signal: never })).toMatchObject({ value: 'third' })
    expect(TestLane.opened.map((lane) => lane.ending)).toEqual([''])
  })

  it('gives a task that a broken lane had not touched to another lane', async () => {
    const pool = poolOf(1)
    await pool.start()
    let times = 0
    const task: Work = async () => {
      times += 1
      if (times === 1) throw new LaneBrokenError('gone', { untouched: true })
      return 'done'
    }
    expect(await pool.run(task, { signal: never })).toMatchObject({ value: 'done' })
    expect(TestLane.opened).toHaveLength(2)
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
