import type { Plugin } from '@anyhandler/core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { DeadlineTimer } from '../../../core/src/host/deadline-timer.ts'
import { derived, openInvocation } from '../../../core/src/host/invocation.ts'

const handler = { name: 'hello', plugin: 'test', target: 'hello' }
const plugin = { name: 'test', extensions: [] } as unknown as Plugin

function open(deadline: number): ReturnType<typeof openInvocation> {
  const timer = new DeadlineTimer()
  onTestFinished(() => timer.close())
  return openInvocation({ id: 'an-id', deadline, body: new Uint8Array(2) }, handler, plugin, timer)
}

it('sounds its alarm and fires its signal shortly before the deadline', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { invocation, alarm } = open(Date.now() + 200)
  const { signal } = invocation
  vi.advanceTimersByTime(179)
  expect([alarm.aborted, signal.aborted]).toEqual([false, false])
  vi.advanceTimersByTime(1)
  expect([alarm.aborted, signal.aborted]).toEqual([true, true])
  expect(signal.reason).toMatchObject({ errorType: 'Function.Timeout' })
})

it('gives a derived invocation the same signal and alarm, unless it has a signal of its own', () => {
  const { invocation, abort } = open(Date.now() + 60_000)
  const part = derived(invocation, { event: new Uint8Array(1) })
  const own = derived(part, { signal: new AbortController().signal })
  abort('given up')
  expect([part.id, part.event.length, part.handler, part.alarm]).toEqual(['an-id', 1, handler, invocation.alarm])
  expect([part.signal.reason, part.remaining() > 0]).toEqual(['given up', true])
  expect([own.id, own.event.length, own.signal.aborted, own.alarm]).toEqual(['an-id', 1, false, undefined])
})
