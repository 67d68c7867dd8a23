import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { pause, settledWithin, settleOrAbort } from '../../core/src/waiting.ts'

const never = new Promise<never>(() => {})
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
/** Timers that keep the process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

describe('settledWithin', () => {
  it('is true for a promise that settles, whichever way', async () => {
    expect(await settledWithin(Promise.resolve(false), 1_000)).toBe(true)
    expect(await settledWithin(Promise.reject(new Error('no')), 1_000)).toBe(true)
  })

  it('is false after its time, and hears no more of a promise that is rejected later', async () => {
    const late = Promise.withResolvers<void>()
    let settled: boolean | undefined
    expect(await elapsed(async () => (settled = await settledWithin(late.promise, 30)))).toBeGreaterThanOrEqual(29)
    expect(settled).toBe(false)
    late.reject(new Error('late'))
    await sleep(5)
  })

  it('leaves no timer behind a promise that has settled', async () => {
    const before = timers()
    await settledWithin(Promise.resolve(), 60_000)
    expect(timers()).toBe(before)
  })
})

describe('pause', () => {
  it('takes its time', async () => {
    expect(await elapsed(() => pause(30))).toBeGreaterThanOrEqual(29)
  })

  it('ends when the signal fires, before or meanwhile, and leaves no timer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const controller = new AbortController()
    const waiting = pause(60_000, controller.signal)
    expect(vi.getTimerCount()).toBe(1)
    controller.abort(new Error('stop'))
    await waiting
    await pause(60_000, controller.signal)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on a signal that does not fire', async () => {
    const { signal } = new AbortController()
    for (let time = 0; time < 20; time++) await pause(0, signal)
    expect(listeners(signal)).toBe(0)
  })
})

describe('settleOrAbort', () => {
  const failed = (): never => {
    throw new Error('given up')
  }

  it('settles as the promise does, and leaves no listener', async () => {
    const { signal } = new AbortController()
    expect(await settleOrAbort(Promise.resolve(1), signal, failed)).toBe(1)
    await expect(settleOrAbort(Promise.reject(new Error('own')), signal, failed)).rejects.toThrow('own')
    expect(listeners(signal)).toBe(0)
  })

  it.each([
    ['a value', () => 2, 2],
    ['a promise', () => Promise.resolve(3), 3],
  ])('settles as onAbort says when the signal fires first: %s', async (_what, onAbort, expected) => {
    const controller = new AbortController()
    const settled = settleOrAbort<number>(never, controller.signal, onAbort)
    controller.abort()
    expect(await settled).toBe(expected)
    expect(listeners(controller.signal)).toBe(0)
  })

  it('rejects with what onAbort throws', async () => {
    const controller = new AbortController()
    const settled = settleOrAbort(never, controller.signal, failed)
    controller.abort()
    await expect(settled).rejects.toThrow('given up')
  })

  it('asks onAbort at once for a signal that has fired, whatever has settled by then', async () => {
    await expect(settleOrAbort(Promise.resolve(1), AbortSignal.abort(), failed)).rejects.toThrow('given up')
  })

  it('hears no more of a promise that is rejected after the signal, and asks onAbort once', async () => {
    const controller = new AbortController()
    const late = Promise.withResolvers<number>()
    let asked = 0
    const settled = settleOrAbort(late.promise, controller.signal, () => (asked += 1))
    controller.abort()
    late.reject(new Error('late'))
    controller.signal.dispatchEvent(new Event('abort'))
    expect(await settled).toBe(1)
    await sleep(5)
    expect(asked).toBe(1)
  })

  it('does not ask onAbort when the promise has settled in the same moment, before the signal', async () => {
    const controller = new AbortController()
    const work = Promise.withResolvers<number>()
    const settled = settleOrAbort(work.promise, controller.signal, failed)
    work.resolve(1)
    await Promise.resolve()
    controller.abort()
    expect(await settled).toBe(1)
  })
})
