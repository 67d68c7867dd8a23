import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { HandlerError } from '../../../core/src/errors.ts'
import { ran } from './running.ts'
import type { BatchSetUp, Ran } from './running.ts'

const queue = (count: number, fifo = false) => ({
  Records: Array.from({ length: count }, (_none, index) => ({
    messageId: `m${index + 1}`,
    attributes: { MessageGroupId: index % 2 === 0 ? 'even' : 'odd' },
    eventSourceARN: `arn:aws:sqs:eu-west-1:1:orders${fifo ? '.fifo' : ''}`,
  })),
})
const idOf = (record: string): string => (JSON.parse(record) as { messageId: string }).messageId
const failedIds = (answer: unknown): readonly unknown[] =>
  (answer as { batchItemFailures: readonly { itemIdentifier: unknown }[] }).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  )

/** Runs a batch that has so many milliseconds, by a clock of the test: nothing depends on the machine. */
async function ranIn(ms: number, setUp: Omit<BatchSetUp, 'endBy'>): Promise<Ran> {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const running = ran({ ...setUp, endBy: Date.now() + ms })
  await vi.advanceTimersByTimeAsync(10_000)
  return running
}

/** A handler that never ends by itself: its worker is ended, which takes some milliseconds. */
async function never(signal: AbortSignal, settled?: () => void): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  await sleep(20)
  settled?.()
  throw signal.reason
}

test('a record under way when the time is up is ended first, then listed with all that were not started', async () => {
  let ended = false
  const { answer, started, log } = await ranIn(100, {
    kind: 'sqs',
    event: queue(5),
    handle: (record, signal) => (idOf(record) === 'm3' ? never(signal, () => (ended = true)) : ''),
  })
  expect(ended).toBe(true)
  expect(started.map(idOf)).toEqual(['m1', 'm2', 'm3'])
  expect(failedIds(answer)).toEqual(['m3', 'm4', 'm5'])
  expect(log).toEqual([
    'ERROR record 3 of 5 (messageId m3) failed: Function.Timeout: the event ran out of time before this record was finished',
    'WARN 2 of 5 records were not started, the first is 4 (messageId m4): the event ran out of time',
  ])
})

test('a record is not started when there is less time left than one takes', async () => {
  const { answer, started, log } = await ranIn(250, {
    kind: 'sqs',
    event: queue(10),
    handle: () => new Promise((resolve) => void setTimeout(resolve, 70)),
  })
  expect(started).toHaveLength(3)
  // None was ended in its midst.
  expect(failedIds(answer)).toHaveLength(7)
  expect(log).toHaveLength(1)
})

test('a FIFO queue: when the time is up all later records of the group are listed', async () => {
  const { answer } = await ranIn(60, {
    kind: 'sqs',
    event: queue(6, true),
    each: { onGroupFailed: 'continue', parallel: 2 },
    handle: (record, signal) => (idOf(record) === 'm3' ? never(signal) : ''),
  })
  expect(failedIds(answer)).toEqual(['m3', 'm5'])
})

test('when the time was up before the first record, none is started and the event fails', async () => {
  const { thrown, started } = await ran({ kind: 'sqs', event: queue(2), endBy: Date.now() - 1, handle: () => '' })
  expect(started).toEqual([])
  expect(thrown).toMatchObject({ errorType: 'Function.RecordsFailed' })
})

test('when the host shuts down the records under way are ended, and no further one is started', async () => {
  const stop = new AbortController()
  const reason = new HandlerError({ errorType: 'Runtime.ShuttingDown', message: 'over' })
  const { answer, started } = await ran({
    kind: 'sqs',
    event: queue(4),
    signal: stop.signal,
    handle(record, signal) {
      if (idOf(record) !== 'm2') return ''
      stop.abort(reason)
      return never(signal)
    },
  })
  expect(started).toHaveLength(2)
  expect(failedIds(answer)).toEqual(['m2', 'm3', 'm4'])
})

test('a record that succeeds although its time was up has succeeded', async () => {
  const { answer } = await ranIn(40, {
    kind: 'sqs',
    event: queue(2),
    async handle(record, signal) {
      if (idOf(record) === 'm1') await once(signal, 'abort')
      return ''
    },
  })
  expect(failedIds(answer)).toEqual(['m2'])
})

test('no timer stays behind', async () => {
  await ran({ kind: 'sqs', event: queue(1), endBy: Date.now() + 1e13, handle: () => '' })
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(2)
})

test('what still streams for a record that has failed is told to end', async () => {
  const signals: AbortSignal[] = []
  const { answer } = await ran({
    kind: 'sqs',
    event: queue(2),
    endBy: Date.now() + 5_000,
    handle: (record, signal) => {
      signals.push(signal)
      if (idOf(record) === 'm1') throw new HandlerError({ errorType: 'Function.HttpStatus', message: 'refused' })
      return ''
    },
  })
  expect(failedIds(answer)).toEqual(['m1'])
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})
