import { expect, test } from 'vitest'
import { fc } from '../../support/properties.ts'
import type { BatchKind } from '../../../core/src/batches/batch.ts'
import { takeApart } from '../../../core/src/batches/records.ts'
import { ran } from './running.ts'
import { samples, sample } from '../events/samples.ts'

test.each<[string, BatchKind, string]>([
  ['sqs', 'sqs', '"059f36b4-87a3-44ab-83d2-661975510001"'],
  ['kinesis', 'kinesis', '"49590338271490256608559692538361571095921575989136588901"'],
  ['dynamodb', 'dynamodb', '"4421584500000000017450439091"'],
  ['kafka', 'kafka', '{"partition":"links-0","offset":15}'],
  ['kafka-self-managed', 'kafka', '{"partition":"links-0","offset":15}'],
  ['firehose', 'firehose', '"record-01"'],
  ['s3-batch', 's3-batch', '"dGFza2lkZ29lc2hlcmUK"'],
  ['sns', 'sns', ''],
  ['s3-put', 's3', ''],
  ['eventbridge', 'eventbridge', ''],
  ['schedule', 'schedule', ''],
])('the records of %s are cut out with what the poller knows them by', (name, kind, identifier) => {
  const { records } = takeApart(sample(name), kind)
  expect(records[0]?.identity.identifier).toBe(identifier)
  for (const { bytes } of records) expect(sample(name).includes(bytes)).toBe(true)
})

test.each([...samples.keys()].filter((name) => /^(?:sqs|sns|kinesis|dynamodb|s3-(?:put|delete|enc))/.test(name)))(
  'the records of %s are what a parser finds',
  (name) => {
    const kind = name.replace(/-(?:fifo|from-sns|put|delete|encoded-key)$/, '') as BatchKind
    const { records } = takeApart(sample(name), kind)
    const { Records } = JSON.parse(sample(name).toString()) as { readonly Records: readonly unknown[] }
    expect(records.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)).toEqual(Records)
  },
)

test('a record is byte for byte what came, whatever stands in it', () => {
  const blanks = fc.constantFrom('', ' ', '\n\t ', '\r\n')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.json(), fc.string({ unit: 'binary' }), blanks), { maxLength: 5 }),
      blanks,
      (values, blank) => {
        const texts = values.map(
          ([json, string, own], index) =>
            `{${own}"a":${json},"messageId"${own}:${own}"m${index}",${own}"body":${JSON.stringify(string)}${own}}`,
        )
        const event = `${blank}{"x":[{}],${blank}"Records":[${blank}${texts.join(`${blank},${blank}`)}${blank}]}`
        const { records } = takeApart(Buffer.from(event), 'sqs')
        expect(records.map(({ bytes }) => bytes.toString())).toEqual(texts)
        expect(records.map(({ identity }) => identity.identifier)).toEqual(texts.map((_text, index) => `"m${index}"`))
      },
    ),
    { numRuns: 50 },
  )
})

test('nesting of any depth is walked through', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const event = `{"Records":[{"messageId":"a","body":"","x":${deep}},{"messageId":"b","body":""}]}`
  expect(takeApart(Buffer.from(event), 'sqs').records.map(({ identity }) => identity.label)).toEqual([
    'messageId a',
    'messageId b',
  ])
})

test('a queue is FIFO by its name: a standard queue has groups as well, and they mean no order', () => {
  const record = (arn: string) => ({ messageId: 'a', attributes: { MessageGroupId: 'tenant' }, eventSourceARN: arn })
  const of = (arn: string) => takeApart(Buffer.from(JSON.stringify({ Records: [record(arn)] })), 'sqs')
  expect(of('arn:aws:sqs:eu-west-1:1:orders').groupOf).toBeUndefined()
  expect(of('arn:aws:sqs:eu-west-1:1:orders.fifo').groupOf).toBeDefined()
})

test.each([
  ['a list that ends early', '{"Records":[{"messageId":"a"}', 'has no end'],
  ['a string that has no end', '{"Records":[{"messageId":"a', 'has no end'],
  ['a record that is none', '{"Records":[1]}', 'no object'],
  ['no list', '{"Records":1}', 'no list'],
  ['no object', '[]', 'no object'],
])('%s is an error before any record is started', (_name, event, problem) => {
  expect(() => takeApart(Buffer.from(event), 'sqs')).toThrow(problem)
})

test('a record without its identifier may succeed; when it fails, the whole batch does', async () => {
  const event = { Records: [{ messageId: 'a' }, { body: 'b' }, { messageId: 'c' }] }
  const handle = (failing: string) => (record: string) => {
    if (record.includes(failing)) throw new Error('no')
  }
  expect((await ran({ kind: 'sqs', event, handle: handle('"c"') })).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: 'c' }],
  })
  const { thrown, started } = await ran({ kind: 'sqs', event, handle: handle('"b"') })
  expect(thrown).toMatchObject({ code: 'Runtime.UnmarshalError', problem: expect.stringContaining('no messageId') })
  expect(started).toHaveLength(2)
})
