import { expect, test } from 'vitest'
import { judgeFailures } from '@anyhandler/core/batches'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { sample } from '../events/samples.ts'

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const listed = (...identifiers: readonly unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
})
const judged = (event: Uint8Array, answer: unknown) =>
  judgeFailures(json(answer), event).map(({ severity, message }) => `${severity}: ${message}`)

const queue = (fifo: boolean, ...ids: readonly string[]) =>
  json({
    Records: ids.map((messageId) => ({
      messageId,
      attributes: { MessageGroupId: messageId[0] },
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:1:orders${fifo ? '.fifo' : ''}`,
    })),
  })
const stream = json({
  Records: ['7', '8', '9'].map((sequenceNumber) => ({ eventSource: 'aws:kinesis', kinesis: { sequenceNumber } })),
})

test.each([
  ['an empty list', listed()],
  ['null', { batchItemFailures: null }],
  ['no list', {}],
  ['another answer', { statusCode: 200 }],
  ['a list of a list', [listed('a1')]],
])('%s is a whole success', (_name, answer) => {
  expect(judged(queue(false, 'a1', 'a2'), answer)).toEqual([])
})

// What Lambda was seen to do with Kinesis, and with SQS for an id that it doesn't know.
test.each([
  ['an empty identifier', listed('')],
  ['null as an identifier', listed(null)],
  ['a number', listed(7)],
  ['another name of the key', { batchItemFailures: [{ id: '7' }] }],
  ['identifiers without an object', { batchItemFailures: ['7'] }],
  ['something else than a list', { batchItemFailures: '7' }],
  ['a record that was not in the batch', listed('7', '10')],
])('%s makes the whole batch fail', (_name, answer) => {
  expect(judged(stream, answer)).toEqual([expect.stringMatching(/^error: Lambda treats the whole batch as failed: /)])
})

test('a queue gets the listed messages again, a stream everything from the first one on', () => {
  expect(judged(queue(false, 'a1', 'a2', 'b1'), listed('a1'))).toEqual([
    'note: with ReportBatchItemFailures, Lambda sends 1 of 3 messages again, and deletes the others',
  ])
  expect(judged(stream, listed('9', '8'))).toEqual([
    'note: with ReportBatchItemFailures, Lambda sends everything from "8" on again: 2 of 3 records',
  ])
})

test('a FIFO group of which a later message is not listed loses its order', () => {
  const event = queue(true, 'a1', 'b1', 'a2', 'b2')
  expect(judged(event, listed('a1'))).toEqual([
    expect.stringMatching(/^note/),
    'warning: message "a2" of the FIFO group \'a\' is not listed, but an earlier one is: their order is lost; list all later ones of the group',
  ])
  expect(judged(event, listed('a1', 'a2'))).toEqual([expect.stringMatching(/^note/)])
  expect(judged(queue(false, 'a1', 'b1', 'a2'), listed('a1'))).toHaveLength(1)
})

test('Kafka wants partition and offset', () => {
  const place = { partition: 'links-0', offset: 15 }
  expect(judged(sample('kafka'), listed(place))).toEqual([
    'note: with ReportBatchItemFailures, Lambda sends these again: links-0, offset 15',
  ])
  expect(judged(sample('kafka'), listed('links-0'))).toEqual([expect.stringMatching(/^error: .* which Kafka needs$/)])
})

test.each(['sns', 'rest', 'eventbridge'])('an answer to %s has no list', (name) => {
  expect(judged(sample(name), listed('a'))).toEqual([])
})

test('the command says it on standard error, and fails when the whole batch would', async () => {
  const root = folder({ 'bad.sh': `echo '{"batchItemFailures":[{"itemIdentifier":""}]}'` })
  const { stdout, stderr, exitCode } = await anyhandler(['invoke', 'bad', '--root', root, '--example', 'sqs'])
  expect(stdout).toBe('{"batchItemFailures":[{"itemIdentifier":""}]}\n')
  expect(stderr).toContain(
    'anyhandler: error: Lambda treats the whole batch as failed: batchItemFailures[0].itemIdentifier is empty\n',
  )
  expect(exitCode).toBe(1)
})
