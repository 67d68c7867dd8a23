import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeadlineTimer } from '../../../core/src/host/deadline-timer.ts'

describe('the timer of a poller’s deadlines', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('expires at the time that was set, once', () => {
    const timer = new DeadlineTimer()
    const expire = vi.fn<() => void>()
    timer.set(1000, expire)
    vi.advanceTimersByTime(999)
    expect(expire).not.toHaveBeenCalled()
    vi.advanceTimersByTime(10_000)
    expect(expire).toHaveBeenCalledTimes(1)
  })

  it('is left alone by events with later deadlines, and expires for the one that is under way when its own is reached', () => {
    const timer = new DeadlineTimer()
    const expired: number[] = []
    for (let event = 0; event < 5; event++) {
      timer.set(Date.now() + 1000, () => expired.push(event))
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(300)
      if (event < 4) timer.clear()
    }
    vi.advanceTimersByTime(699)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(1)
    expect(expired).toEqual([4])
  })

  it('expires earlier for an event with an earlier deadline', () => {
    const timer = new DeadlineTimer()
    const expire = vi.fn<() => void>()
    timer.set(60_000, () => {})
    timer.clear()
    timer.set(500, expire)
    vi.advanceTimersByTime(500)
    expect(expire).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('expires in time for an event that comes after a freeze, during which only the clock on the wall went on', () => {
    const timer = new DeadlineTimer()
    const expire = vi.fn<() => void>()
    timer.set(60_000, () => {})
    timer.clear()
    vi.setSystemTime(50_000)
    timer.set(65_000, expire)
    vi.advanceTimersByTime(14_999)
    expect(expire).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(expire).toHaveBeenCalledTimes(1)
  })

  it('takes a deadline beyond what a timer of Node’s can wait for', () => {
    const timer = new DeadlineTimer()
    const expire = vi.fn<() => void>()
    timer.set(Number.MAX_SAFE_INTEGER, expire)
    vi.advanceTimersByTime(100 * 24 * 3600 * 1000)
    expect(expire).not.toHaveBeenCalled()
  })

  it('does nothing once it is cleared, and leaves no timer behind once it is closed', () => {
    const timer = new DeadlineTimer()
    const expire = vi.fn<() => void>()
    timer.set(100, expire)
    timer.clear()
    vi.advanceTimersByTime(1000)
    expect(expire).not.toHaveBeenCalled()
    timer.set(2000, expire)
    timer.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
