import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fc } from '../../support/properties.ts'
import { Pace } from '../../../core/src/batches/pace.ts'
import { ran, WorkerDied } from './running.ts'

type Fate = 'done' | 'fails' | 'dies' | 'slow'

const queue = (bodies: readonly string[], fifo = false) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index + 1}`,
    body,
    attributes: { MessageGroupId: 'one' },
    eventSourceARN: `arn:aws:sqs:eu-west-1:1:orders${fifo ? '.fifo' : ''}`,
  })),
})
const same = (body: string, count: number): readonly string[] => Array.from({ length: count }, () => body)
const bodyOf = (record: string): string => (JSON.parse(record) as { body: string }).body
const idOf = (record: string): string => (JSON.parse(record) as { messageId: string }).messageId
const failedIds = (answer: unknown): readonly string[] =>
  (answer as { batchItemFailures: readonly { itemIdentifier: string }[] }).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  )
const idsOf = (fates: readonly Fate[], ...those: readonly Fate[]): readonly string[] =>
  fates.flatMap((fate, index) => (those.includes(fate) ? [`m${index + 1}`] : []))

async function meet(fate: string): Promise<void> {
  if (fate === 'slow') await sleep(5)
  if (fate === 'fails') throw new Error('no')
  if (fate === 'dies') throw new WorkerDied('gone')
}

test('a worker gets several records at once, its share and no more than 64', async () => {
  const { answer, series, started } = await ran({
    kind: 'sqs',
    event: queue(same('done', 400)),
    each: { parallel: 4 },
    inSeries: true,
    handle: () => sleep(1),
  })
  expect(failedIds(answer)).toEqual([])
  expect(new Set(started.map(idOf)).size).toBe(400)
  expect(started).toHaveLength(400)
  expect(Math.max(...series)).toBeGreaterThan(1)
  expect(Math.max(...series)).toBeLessThanOrEqual(64)
})

test.each([
  { average: 0, left: 200, length: 50 },
  { average: 1, left: 400, length: 64 },
  { average: 10, left: 200, length: 50 },
  { average: 60, left: 200, length: 8 },
  { average: 600, left: 200, length: 1 },
  { average: 1, left: 41, length: 11 },
  { average: 1, left: 3, length: 1 },
])(
  'a series has $length records when one takes $average ms and four workers have $left left',
  ({ average, left, length }) => {
    const pace = new Pace(Date.now() + 60_000)
    expect(pace.seriesLength(left, 4)).toBe(1)
    pace.note(2, 2 * average)
    expect(pace.seriesLength(left, 4)).toBe(length)
  },
)

test('a worker has probably not begun what its time does not reach', () => {
  const pace = new Pace(Date.now() + 60_000)
  expect(pace.waiting(10, 1)).toBe(0)
  pace.note(1, 0)
  expect(pace.waiting(10, 0)).toBe(0)
  pace.note(1, 20)
  expect([0, 9, 10, 35, 89, 1_000].map((ms) => pace.waiting(10, ms))).toEqual([9, 9, 8, 6, 1, 0])
})

test('whatever becomes of records and workers: each record is started once, and the list is exact', async () => {
  const fate = fc.constantFrom<Fate>('done', 'done', 'done', 'fails', 'dies', 'slow')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      async (fates, parallel) => {
        const { answer, started, log } = await ran({
          kind: 'sqs',
          event: queue(fates),
          each: { parallel, onAllFailed: 'report' },
          inSeries: true,
          handle: (record) => meet(bodyOf(record)),
        })
        const failed = idsOf(fates, 'fails', 'dies')
        expect(failedIds(answer)).toEqual(failed)
        expect(started.map(idOf).toSorted()).toEqual(fates.map((_fate, index) => `m${index + 1}`).toSorted())
        expect(log).toHaveLength(failed.length)
      },
    ),
    { numRuns: 150 },
  )
})

test('a free worker takes what waits behind a slow record of another one', async () => {
  let release = (): void => {}
  const slow = new Promise<void>((resolve) => (release = resolve))
  const bodies = same('done', 30).with(4, 'slow')
  let others = 0
  const { answer, started } = await ran({
    kind: 'sqs',
    event: queue(bodies),
    each: { parallel: 2 },
    inSeries: true,
    async handle(record) {
      if (bodyOf(record) === 'slow') return slow
      await sleep(1)
      others += 1
      // The slow one ends when all others have.
      if (others === 29) release()
      return undefined
    },
  })
  expect(failedIds(answer)).toEqual([])
  expect(started).toHaveLength(30)
})

test('a free worker gets its share of what is left, also of what waits behind a slow record', async () => {
  // A record takes no time, so that nothing here depends on the machine.
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const slow = Promise.withResolvers<void>()
  let others = 0
  const { answer, series } = await ran({
    kind: 'sqs',
    // The first two go alone, and the next 20 to the first free worker: this is the first one of the other.
    event: queue(same('done', 42).with(22, 'slow')),
    each: { parallel: 2 },
    inSeries: true,
    async handle(record) {
      if (bodyOf(record) === 'slow') return slow.promise
      others += 1
      if (others === 41) slow.resolve()
      return undefined
    },
  })
  expect(failedIds(answer)).toEqual([])
  // The halves of 40, 20, 10 and 5; then of the 9 that wait.
  expect(series).toEqual([20, 10, 5, 3, 5, 2])
})

test('when the time is up in a series, what has not begun is not started, and listed', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const running = ran({
    kind: 'sqs',
    event: queue(same('done', 40)),
    endBy: Date.now() + 190,
    inSeries: true,
    handle: () => new Promise((resolve) => void setTimeout(resolve, 20)),
  })
  await vi.advanceTimersByTimeAsync(1_000)
  const { answer, series, log } = await running
  // The last one began after 160 ms, with time for itself.
  expect(failedIds(answer)).toEqual(Array.from({ length: 31 }, (_none, at) => `m${10 + at}`))
  expect(log).toEqual([
    'WARN 31 of 40 records were not started, the first is 10 (messageId m10): the event ran out of time',
  ])
  // Each in half of the time that was left.
  expect(series).toEqual([3, 2])
})

test('a record of a series that is under way when the time is up is ended and listed, with all that wait behind it', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const running = ran({
    kind: 'sqs',
    event: queue(same('done', 20).with(4, 'hangs')),
    endBy: Date.now() + 150,
    inSeries: true,
    async handle(record, signal) {
      if (bodyOf(record) !== 'hangs') return
      await once(signal, 'abort')
      throw signal.reason
    },
  })
  await vi.advanceTimersByTimeAsync(1_000)
  const { answer, log } = await running
  expect(failedIds(answer)).toEqual(Array.from({ length: 16 }, (_none, at) => `m${at + 5}`))
  expect(log[0]).toMatch(/^ERROR record 5 of 20 \(messageId m5\) failed: Function\.Timeout/)
  expect(log[1]).toMatch(/^WARN 15 of 20 records were not started, the first is 6/)
})

test('a record that can’t be unwrapped fails alone, also in the midst of a series', async () => {
  const { answer, started } = await ran({
    kind: 'sqs',
    // An escape that JSON doesn't have.
    event: JSON.stringify(queue(same('{}', 12).with(5, 'bad'))).replace('"bad"', '"\\q"'),
    each: { unwrap: true },
    inSeries: true,
    handle: () => '',
  })
  expect(failedIds(answer)).toEqual(['m6'])
  expect(started).toHaveLength(11)
})

test('long records go alone', async () => {
  const { series } = await ran({
    kind: 'sqs',
    event: queue(same('x'.repeat(70_000), 12)),
    inSeries: true,
    handle: () => '',
  })
  expect(series).toEqual([])
})

test('where a failure stops records, or an answer counts, there are no series', async () => {
  const { series } = await ran({ kind: 'sqs', event: queue(same('done', 20), true), inSeries: true, handle: () => '' })
  expect(series).toEqual([])
  const sns = await ran({
    kind: 'sns',
    event: { Records: Array.from({ length: 20 }, () => ({ Sns: { MessageId: 'a' } })) },
    inSeries: true,
    handle: () => '',
  })
  expect(sns.series).toEqual([])
})
