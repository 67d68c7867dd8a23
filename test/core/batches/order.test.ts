import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { BatchSetUp } from './running.ts'
import { ran } from './running.ts'

/** Handles records for some milliseconds each, and notes how many were under way at once: in all, and of one group. */
function slowly(groupOf: (record: string) => string, failing: readonly string[] = []) {
  const running = new Map<string, number>()
  const most = { atOnce: 0, ofGroup: 0 }
  const handle: BatchSetUp['handle'] = async (record) => {
    const group = groupOf(record)
    running.set(group, (running.get(group) ?? 0) + 1)
    const all = [...running.values()].reduce((sum, count) => sum + count, 0)
    most.atOnce = Math.max(most.atOnce, all)
    most.ofGroup = Math.max(most.ofGroup, running.get(group) ?? 0)
    await sleep(3 + (record.length % 5))
    running.set(group, (running.get(group) ?? 0) - 1)
    if (failing.some((one) => record.includes(`"${one}"`))) throw new Error('no')
  }
  return { most, handle }
}

const message = (messageId: string, fifo: boolean) => ({
  messageId,
  body: 'x'.repeat(messageId.charCodeAt(1) % 7),
  attributes: { MessageGroupId: messageId[0] },
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-west-1:1:orders${fifo ? '.fifo' : ''}`,
})
const queue = (ids: readonly string[], fifo: boolean) => ({ Records: ids.map((id) => message(id, fifo)) })
const idOf = (record: string): string => (JSON.parse(record) as { messageId: string }).messageId
const failedIds = (answer: unknown): readonly unknown[] =>
  (answer as { batchItemFailures: readonly { itemIdentifier: unknown }[] }).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  )

const twelve = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2', 'd1', 'a4', 'c2', 'b3', 'd2', 'a5']

test('a standard queue: one after the other, in order; with parallel as many at once, whatever their group', async () => {
  const one = slowly(() => '')
  const { started } = await ran({ kind: 'sqs', event: queue(twelve, false), handle: one.handle })
  expect(one.most.atOnce).toBe(1)
  expect(started.map(idOf)).toEqual(twelve)
  const four = slowly((record) => idOf(record)[0] as string)
  await ran({ kind: 'sqs', event: queue(twelve, false), each: { parallel: 4 }, handle: four.handle })
  expect(four.most).toEqual({ atOnce: 4, ofGroup: 2 })
})

test('a FIFO queue: groups run side by side, the records of each one in order', async () => {
  const { most, handle } = slowly((record) => idOf(record)[0] as string)
  const { started } = await ran({ kind: 'sqs', event: queue(twelve, true), each: { parallel: 3 }, handle })
  expect(most).toEqual({ atOnce: 3, ofGroup: 1 })
  for (const group of 'abcd') {
    const ofGroup = (ids: readonly string[]) => ids.filter((id) => id.startsWith(group))
    expect(ofGroup(started.map(idOf))).toEqual(ofGroup(twelve))
  }
})

test('a FIFO queue: after a failure no group goes on, and what runs already ends by itself', async () => {
  const { handle } = slowly(() => '', ['a1'])
  const { answer, started, log } = await ran({ kind: 'sqs', event: queue(twelve, true), each: { parallel: 2 }, handle })
  const ids = started.map(idOf)
  expect(ids.filter((id) => id.startsWith('a'))).toEqual(['a1'])
  const done = ids.filter((id) => id !== 'a1')
  expect(done).toContain('b1')
  expect(failedIds(answer)).toEqual(twelve.filter((id) => !done.includes(id)))
  expect(log.at(-1)).toMatch(
    /^WARN \d+ of 12 records were not started, the first is \d+ \(messageId ..\): an earlier record failed$/,
  )
})

test('a FIFO queue whose other groups go on: of the failed group all later ones are listed', async () => {
  const { handle } = slowly(() => '', ['a2'])
  const each = { parallel: 3, onGroupFailed: 'continue' } as const
  const { answer } = await ran({ kind: 'sqs', event: queue(twelve, true), each, handle })
  expect(failedIds(answer)).toEqual(['a2', 'a3', 'a4', 'a5'])
})

test.each(['kinesis', 'dynamodb'] as const)(
  '%s: one after the other whatever parallel says, and none behind the first failure',
  async (kind) => {
    const member = kind === 'kinesis' ? 'kinesis' : 'dynamodb'
    const key = kind === 'kinesis' ? 'sequenceNumber' : 'SequenceNumber'
    const event = { Records: ['1', '2', '3', '4'].map((number) => ({ [member]: { [key]: number } })) }
    const { most, handle } = slowly(() => '', ['3'])
    const { answer, started } = await ran({ kind, event, each: { parallel: 8 }, handle })
    expect(most.atOnce).toBe(1)
    expect(started).toHaveLength(3)
    expect(failedIds(answer)).toEqual(['3'])
  },
)

test('Kafka: partitions run side by side, each in order', async () => {
  const records = Object.fromEntries(
    [0, 1, 2].map((partition) => [
      `t-${partition}`,
      [1, 2, 3].map((offset) => ({ topic: 't', partition, offset, value: '' })),
    ]),
  )
  const { most, handle } = slowly((record) => String((JSON.parse(record) as { partition: number }).partition))
  const { answer } = await ran({ kind: 'kafka', event: { records }, each: { parallel: 9 }, handle })
  expect(most).toEqual({ atOnce: 3, ofGroup: 1 })
  expect(failedIds(answer)).toEqual([])
})

test('10,000 records are told apart and run in seconds, not in minutes', async () => {
  const ids = Array.from({ length: 10_000 }, (_none, index) => `m${index}`)
  const start = performance.now()
  const { started } = await ran({ kind: 'sqs', event: queue(ids, false), each: { parallel: 10 }, handle: () => '' })
  expect(started).toHaveLength(10_000)
  expect(performance.now() - start).toBeLessThan(10_000)
})
