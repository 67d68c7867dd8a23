import { expect, test } from 'vitest'
import type { BatchKind } from '../../../core/src/batches/batch.ts'
import { ran } from './running.ts'
import { sample } from '../events/samples.ts'

/** What the handler gets of the only record. */
async function unwrapped(kind: BatchKind, event: unknown): Promise<string> {
  const { started, log } = await ran({ kind, event, each: { unwrap: true, onAllFailed: 'report' }, handle: () => '' })
  expect(log).toEqual([])
  return started.join('\n')
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text as string).toString('base64')
const message = (body: unknown) => ({ Records: [{ messageId: 'a', body, eventSource: 'aws:sqs' }] })
const inSns = (Message: string) => ({ Type: 'Notification', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message })
const sns = (Message: string) => ({ Records: [{ EventSource: 'aws:sns', Sns: inSns(Message) }] })
const kinesis = (data: string) => ({
  Records: [{ eventSource: 'aws:kinesis', kinesis: { sequenceNumber: '1', data } }],
})
const s3Record = '{"eventSource":"aws:s3",  "s3":{"object":{"key":"a+b.jpg","size":12345678901234567890}}}'
const s3Event = `{"Records": [${s3Record}]}`

test.each<[string, BatchKind, unknown, string]>([
  [
    'JSON in SQS, as it was sent',
    'sqs',
    message('{"n": 1.0, "big":12345678901234567890}'),
    '{"n": 1.0, "big":12345678901234567890}',
  ],
  ['text in SQS', 'sqs', message('plain "text" ż'), '"plain \\"text\\" ż"'],
  ['an empty message', 'sqs', message(''), '""'],
  ['SNS', 'sns', sns('{"a":[1,2]}'), '{"a":[1,2]}'],
  ['text in SNS', 'sns', sns('a link was made'), '"a link was made"'],
  ['SNS in SQS', 'sqs', message(JSON.stringify(inSns('{"a":1}'))), '{"a":1}'],
  ['S3 in SQS: its record', 'sqs', message(s3Event), s3Record],
  ['S3 in SNS: its record', 'sns', sns(s3Event), s3Record],
  ['S3 in SNS in SQS: its record', 'sqs', message(JSON.stringify(inSns(s3Event))), s3Record],
  ['JSON in Kinesis', 'kinesis', kinesis(base64('{"a":1}')), '{"a":1}'],
  ['text in Kinesis', 'kinesis', kinesis(base64('a\nż')), '"a\\nż"'],
  ['bytes in Kinesis', 'kinesis', kinesis(base64(Uint8Array.of(0xff, 0, 1))), '"/wAB"'],
  [
    'Firehose',
    'firehose',
    { deliveryStreamArn: 'a', records: [{ recordId: 'r', data: base64('{"a":1}') }] },
    '{"a":1}',
  ],
  [
    'Kafka',
    'kafka',
    { records: { t: [{ topic: 't', partition: 0, offset: 1, value: base64('{"a":1}') }] } },
    '{"a":1}',
  ],
  ['a record of Kafka without a value', 'kafka', { records: { t: [{ topic: 't', partition: 0, offset: 1 }] } }, 'null'],
  ['S3: there is nothing around it', 's3', s3Event, s3Record],
])('%s', async (_name, kind, event, expected) => {
  expect(await unwrapped(kind, event)).toBe(expected)
})

test('an event of EventBridge is handed over whole: source and detail-type are its own', async () => {
  expect(JSON.parse(await unwrapped('eventbridge', sample('eventbridge')))).toEqual(
    JSON.parse(sample('eventbridge').toString()),
  )
})

test("DynamoDB's attributes become plain JSON, and all else stays byte for byte", async () => {
  const record =
    '{"eventName": "MODIFY","dynamodb":{"Keys":{"id":{"S":"a"}},"SequenceNumber":"7","NewImage":' +
    '{"n":{"N":"12345678901234567890.123456789"},"e":{"N":"1E+2"},"b":{"B":"AAE="},"t":{"BOOL":true},"z":{"NULL":true},' +
    '"l":{"L":[{"S":"x"},{"M":{"__proto__":{"S":"p"}}}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1","-2.5"]},"bs":{"BS":["AA=="]}},' +
    '"OldImage" : {} ,"SizeBytes":  26},"awsRegion":"eu-west-1"}'
  expect(await unwrapped('dynamodb', `{"Records":[${record}]}`)).toBe(
    '{"eventName": "MODIFY","dynamodb":{"Keys":{"id":"a"},"SequenceNumber":"7","NewImage":' +
      '{"n":12345678901234567890.123456789,"e":1E+2,"b":"AAE=","t":true,"z":null,' +
      '"l":["x",{"__proto__":"p"}],"ss":["a","b"],"ns":[1,-2.5],"bs":["AA=="]},' +
      '"OldImage" : {} ,"SizeBytes":  26},"awsRegion":"eu-west-1"}',
  )
})

test('a record that can not be unwrapped fails alone', async () => {
  const record = (n: string, image: unknown) => ({ dynamodb: { SequenceNumber: n, NewImage: image } })
  const event = { Records: [record('1', { a: { S: 'x' } }), record('2', { a: null })] }
  const { answer, started, log } = await ran({ kind: 'dynamodb', event, each: { unwrap: true }, handle: () => '' })
  expect(started).toHaveLength(1)
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] })
  expect(log[0]).toMatch(/record 2 of 2 .*Runtime\.UnmarshalError/)
})
