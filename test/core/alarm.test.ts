import { expect, it } from 'vitest'
import { EventAlarm } from '../../core/src/alarm.ts'

it('calls its listeners once, in their order, with the first reason', () => {
  const alarm = new EventAlarm()
  const heard: string[] = []
  const removed = (): void => void heard.push('removed')
  for (const name of ['first', 'second', 'third']) {
    alarm.addEventListener('abort', () => heard.push(`${name}: ${String(alarm.reason)}`))
    if (name === 'first') alarm.addEventListener('abort', removed)
  }
  alarm.removeEventListener('abort', removed)
  alarm.abort('late')
  alarm.abort('later')
  expect(heard).toEqual(['first: late', 'second: late', 'third: late'])
  expect([alarm.aborted, alarm.reason]).toEqual([true, 'late'])
})

it('forgets a listener that was the only one', () => {
  const alarm = new EventAlarm()
  const heard: string[] = []
  const listener = (): void => void heard.push('called')
  alarm.addEventListener('abort', listener)
  alarm.removeEventListener('abort', listener)
  alarm.abort('late')
  expect(heard).toEqual([])
})

it('has a real signal, made before or after', () => {
  const [before, after] = [new EventAlarm(), new EventAlarm()]
  const heard: unknown[] = []
  const { signal } = before
  signal.addEventListener('abort', () => heard.push(signal.reason))
  before.abort('late')
  after.abort('late')
  expect(before.signal).toBe(signal)
  expect([heard, after.signal.aborted, after.signal.reason]).toEqual([['late'], true, 'late'])
  expect(after.signal).toBeInstanceOf(AbortSignal)
})

it('calls the others when one throws, and tells of the throw as an event target does', async () => {
  const alarm = new EventAlarm()
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve))
  const others = process
    .listeners('uncaughtException')
    .filter((one) => one !== process.listeners('uncaughtException').at(-1))
  for (const one of others) process.removeListener('uncaughtException', one)
  let heard = false
  alarm.addEventListener('abort', () => {
    throw new Error('a listener')
  })
  alarm.addEventListener('abort', () => (heard = true))
  alarm.abort('late')
  expect([heard, alarm.signal.aborted, String(await thrown)]).toEqual([true, true, 'Error: a listener'])
  for (const one of others) process.on('uncaughtException', one)
})
