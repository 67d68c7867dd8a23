import { expect, test } from 'vitest'
import type { BatchKind } from '../../../core/src/batches/batch.ts'
import { HandlerError } from '../../../core/src/errors.ts'
import { ran } from './running.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A handler that fails for what `failing` names, and answers with the rest of the table. */
function handler(
  failing: readonly string[],
  answer: (record: string) => string = () => '',
): (record: string) => string {
  return (record) => {
    if (failing.some((one) => record.includes(one))) throw new HandlerError({ errorType: 'Boom', message: 'no' })
    return answer(record)
  }
}

const kafka = (...partitions: readonly (readonly [partition: number, ...offsets: readonly number[]])[]) => ({
  eventSource: 'aws:kafka',
  records: Object.fromEntries(
    partitions.map(([partition, ...offsets]) => [
      `orders-${partition}`,
      offsets.map((offset) => ({ topic: 'orders', partition, offset, value: base64(`v${partition}/${offset}`) })),
    ]),
  ),
})
const offset = (partition: number, at: number) => ({ itemIdentifier: { partition: `orders-${partition}`, offset: at } })

test.each([
  ['none failed', [], []],
  ['one failed: it and all behind it in its partition', ['"partition":0,"offset":2,'], [offset(0, 2), offset(0, 3)]],
  ['the last of a partition', ['"partition":1,"offset":9,'], [offset(1, 9)]],
  [
    'one in each partition',
    ['"partition":0,"offset":1,', '"partition":1,"offset":9,'],
    [offset(0, 1), offset(0, 2), offset(0, 3), offset(1, 9)],
  ],
])('Kafka: %s', async (_name, failing, batchItemFailures) => {
  const { answer } = await ran({ kind: 'kafka', event: kafka([0, 1, 2, 3], [1, 8, 9]), handle: handler(failing) })
  expect(answer).toEqual({ batchItemFailures })
})

test('Kafka: an offset keeps all of its digits', async () => {
  const event =
    '{"records":{"a":[{"topic":"a-b","partition":0,"offset":9007199254740993},{"topic":"a-b","partition":1,"offset":1}]}}'
  const { text } = await ran({ kind: 'kafka', event, handle: handler(['9007199254740993']) })
  expect(text).toBe('{"batchItemFailures":[{"itemIdentifier":{"partition":"a-b-0","offset":9007199254740993}}]}')
})

const firehose = {
  invocationId: 'i',
  deliveryStreamArn: 'arn',
  records: ['r1', 'r2', 'r3', 'r4'].map((recordId) => ({ recordId, data: base64(`data of ${recordId}`) })),
}

test('Firehose: each record is Ok with what the handler answered, Dropped without an answer, or ProcessingFailed', async () => {
  const own =
    '{ "recordId": "r4", "result": "Ok", "data": "eA==", "metadata": { "partitionKeys": { "team": "blue" } } }'
  const { answer } = await ran({
    kind: 'firehose',
    event: firehose,
    handle: handler(['r1'], (record) => (record.includes('r2') ? 'ż\n' : record.includes('r4') ? own : 'null')),
  })
  expect(answer).toEqual({
    records: [
      { recordId: 'r1', result: 'ProcessingFailed', data: base64('data of r1') },
      { recordId: 'r2', result: 'Ok', data: base64('ż\n') },
      { recordId: 'r3', result: 'Dropped', data: '' },
      { recordId: 'r4', result: 'Ok', data: 'eA==', metadata: { partitionKeys: { team: 'blue' } } },
    ],
  })
})

test('Firehose: JSON that only looks like an answer of its own is data', async () => {
  const data = '{"recordId":"another","result":"Ok"}'
  const { answer } = await ran({ kind: 'firehose', event: firehose, handle: () => data })
  expect(answer).toMatchObject({ records: [{ recordId: 'r1', result: 'Ok', data: base64(data) }, {}, {}, {}] })
})

const tasks = {
  invocationSchemaVersion: '1.0',
  invocationId: 'i1',
  job: { id: 'j' },
  tasks: ['t1', 't2', 't3', 't4'].map((taskId) => ({ taskId, s3Key: `${taskId}.csv` })),
}

test('S3 Batch: each task has a code and a text, whatever happened to it', async () => {
  const own = '{"taskId":"t2","resultCode":"TemporaryFailure","resultString":"later"}'
  const { answer } = await ran({
    kind: 's3-batch',
    event: tasks,
    handle(record) {
      if (record.includes('t1')) throw new HandlerError({ errorType: 'Boom', message: 'no' })
      if (record.includes('t3')) throw new HandlerError({ errorType: 'Runtime.ExitError', message: 'killed' })
      return record.includes('t2') ? own : 'done "ż"'
    },
  })
  expect(answer).toEqual({
    invocationSchemaVersion: '1.0',
    treatMissingKeysAs: 'PermanentFailure',
    invocationId: 'i1',
    results: [
      { taskId: 't1', resultCode: 'PermanentFailure', resultString: 'Boom: no' },
      { taskId: 't2', resultCode: 'TemporaryFailure', resultString: 'later' },
      { taskId: 't3', resultCode: 'TemporaryFailure', resultString: 'Runtime.ExitError: killed' },
      { taskId: 't4', resultCode: 'Succeeded', resultString: 'done "ż"' },
    ],
  })
})

test('S3 Batch: an event of which all tasks failed is answered all the same, as each has its code', async () => {
  const { answer } = await ran({ kind: 's3-batch', event: tasks, handle: handler(['']) })
  expect(answer).toMatchObject({ results: tasks.tasks.map(() => ({ resultCode: 'PermanentFailure' })) })
})

const list: Readonly<Partial<Record<BatchKind, (ids: readonly string[]) => object>>> = {
  sns: (ids) => ({ Records: ids.map((MessageId) => ({ EventSource: 'aws:sns', Sns: { MessageId, Message: 'm' } })) }),
  s3: (ids) => ({ Records: ids.map((key) => ({ eventSource: 'aws:s3', s3: { object: { key } } })) }),
  eventbridge: ([id]) => ({ id, source: 'shop', 'detail-type': 'order', detail: {} }),
  schedule: ([id]) => ({ id, source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }),
}

test.each(['sns', 's3', 'eventbridge', 'schedule'] as const)(
  '%s: the only record answers and fails for the event',
  async (kind) => {
    const event = list[kind]?.(['one'])
    expect((await ran({ kind, event, handle: () => '{"a":1}' })).text).toBe('{"a":1}')
    const failure = new HandlerError({ errorType: 'Boom', message: 'no' })
    const failed = await ran({
      kind,
      event,
      handle() {
        throw failure
      },
    })
    expect(failed.thrown).toBe(failure)
    expect(failed.log).toHaveLength(1)
  },
)

test.each(['sns', 's3'] as const)(
  '%s: with several records all are run, and the event fails with one of them',
  async (kind) => {
    const event = list[kind]?.(['one', 'two', 'three'])
    expect((await ran({ kind, event, handle: handler([]) })).text).toBe('null')
    const { thrown, started } = await ran({ kind, event, handle: handler(['two']) })
    expect(thrown).toMatchObject({
      errorType: 'Function.RecordsFailed',
      message: '1 of 3 records did not succeed; the first error is Boom: no',
    })
    expect(started).toHaveLength(3)
  },
)

const queue = (...ids: readonly string[]) => ({
  Records: ids.map((messageId) => ({ messageId, eventSource: 'aws:sqs' })),
})

test('all failed: the event fails with the first error, unless it is switched', async () => {
  const all = { kind: 'sqs', event: queue('a', 'b'), handle: handler(['messageId']) } as const
  expect((await ran(all)).thrown).toMatchObject({
    errorType: 'Function.RecordsFailed',
    message: 'none of 2 records succeeded; the first error is Boom: no',
  })
  expect((await ran({ ...all, each: { onAllFailed: 'report' } })).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }],
  })
})

test('an empty batch succeeds', async () => {
  expect((await ran({ kind: 'sqs', event: { Records: [] }, handle: handler([]) })).text).toBe(
    '{"batchItemFailures":[]}',
  )
})

test('each failed record has a line in the log, with its identifier and its error', async () => {
  const { log } = await ran({ kind: 'sqs', event: queue('a', 'b', 'c'), handle: handler(['"b"', '"c"']) })
  expect(log).toEqual([
    'ERROR record 2 of 3 (messageId b) failed: Boom: no',
    'ERROR record 3 of 3 (messageId c) failed: Boom: no',
  ])
})

test('in a tumbling window the state goes back as it came', async () => {
  const record = { kinesis: { sequenceNumber: '1', data: '' }, eventSource: 'aws:kinesis' }
  const event = { Records: [record], window: { start: 's', end: 'e' }, state: { sum: 1 }, shardId: 's' }
  const { answer } = await ran({ kind: 'kinesis', event, handle: handler([]) })
  expect(answer).toEqual({ state: { sum: 1 }, batchItemFailures: [] })
})
