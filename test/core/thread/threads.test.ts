import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openThreads, startThreadAhead } from '../../../core/src/thread/threads.ts'

describe('a thread that was started ahead', () => {
  const opened: ReturnType<typeof openThreads>[] = []
  const take = (most: number): number => {
    const threads = openThreads(most)
    opened.push(threads)
    return threads.threads.length
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
  })
  afterEach(async () => {
    await vi.advanceTimersByTimeAsync(60_000)
    vi.useRealTimers()
    await Promise.all(opened.splice(0).map((threads) => threads.destroy()))
  })

  it('goes to the first pool of one thread, once', () => {
    startThreadAhead()
    expect([take(1), take(1)]).toEqual([1, 0])
  })

  it('is not for a pool of several threads', () => {
    startThreadAhead()
    expect([take(2), take(1)]).toEqual([0, 1])
  })

  it('runs the first task, and is not replaced without one', async () => {
    startThreadAhead()
    const threads = openThreads(1)
    opened.push(threads)
    await expect(threads.run({ module: 'data:text/javascript,' })).rejects.toThrow('undefined')
    expect(threads.threads).toHaveLength(1)
    await threads.recycleWorkers()
    expect(threads.threads).toHaveLength(0)
  })

  it('ends if nobody asks for it', async () => {
    startThreadAhead()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(take(1)).toBe(0)
  })
})
