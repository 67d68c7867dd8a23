import { describe, expect, it } from 'vitest'
import { makeEvent } from '@anyhandler/core/http'
import { Picker } from '../../../core/src/host/picker.ts'
import { sourceFilters } from '../../../core/src/routes/source-filters.ts'
import { SourceTable } from '../../../core/src/routes/sources.ts'
import type { Source } from '../../../core/src/routes/sources.ts'
import { sample } from '../events/samples.ts'

type Row = Omit<Source, 'run'>

function takes(row: Row, event: Buffer): boolean {
  try {
    const choice = new Picker({ sources: [{ ...row, run: 'it' }] }).pick(event)
    return 'run' in choice && choice.run === 'it'
  } catch {
    return false
  }
}

/** A row for each kind and filter, the sample event that it takes, and another value that it doesn't. */
const rows: readonly (readonly [event: string, fits: Row, differs: Row])[] = [
  ['sqs', { from: 'sqs', queue: 'links' }, { from: 'sqs', queue: 'link' }],
  ['sqs-fifo', { from: 'sqs', queue: '*.fifo' }, { from: 'sqs', queue: '*.lifo' }],
  ['sns', { from: 'sns', topic: 'l*s' }, { from: 'sns', topic: 'links2' }],
  ['kinesis', { from: 'kinesis', stream: 'links' }, { from: 'kinesis', stream: 'stream/links' }],
  ['dynamodb', { from: 'dynamodb', table: 'links' }, { from: 'dynamodb', table: 'stream' }],
  ['kafka', { from: 'kafka', topic: 'links' }, { from: 'kafka', topic: 'links-0' }],
  ['kafka-self-managed', { from: 'kafka' }, { from: 'kinesis' }],
  ['firehose', { from: 'firehose', stream: 'links' }, { from: 'firehose', stream: 'other' }],
  ['s3-put', { from: 's3', bucket: 'links-*', key: '*.csv', event: 'ObjectCreated:*' }, { from: 's3', key: '*.jpg' }],
  ['s3-put', { from: 's3' }, { from: 's3', bucket: 'links-*', event: 'ObjectRemoved:*' }],
  ['s3-encoded-key', { from: 's3', key: 'reports/café menu (1).csv' }, { from: 's3', key: 'reports/caf%C3%A9*' }],
  ['s3-batch', { from: 's3-batch', bucket: 'links-example' }, { from: 's3-batch', bucket: 'other' }],
  ['schedule', { from: 'schedule', rule: 'every-hour' }, { from: 'schedule', rule: 'nightly' }],
  ['schedule-scheduler', { from: 'schedule', rule: 'every-*' }, { from: 'eventbridge' }],
  [
    'eventbridge',
    { from: 'eventbridge', source: 'com.example.*', detailType: 'Link Created' },
    { from: 'eventbridge', detailType: 'Link Removed' },
  ],
  ['cognito-pre-signup', { from: 'cognito', trigger: 'PreSignUp_*' }, { from: 'cognito', trigger: 'PostSignUp_*' }],
  [
    'custom-resource-create',
    { from: 'custom-resource', type: 'Custom::Links' },
    { from: 'custom-resource', type: 'x' },
  ],
  ['websocket-message', { from: 'websocket', route: 'send' }, { from: 'websocket', route: '$connect' }],
  ['appsync', { from: 'appsync', type: 'Query', field: 'getLink' }, { from: 'appsync', field: 'other' }],
  ['appsync-batch', { from: 'appsync' }, { from: 'appsync', field: 'other' }],
  ['appsync-authorizer', { from: 'appsync-authorizer' }, { from: 'appsync' }],
  ['authorizer-token', { from: 'authorizer-token' }, { from: 'authorizer-request' }],
  ['authorizer-request', { from: 'authorizer-request' }, { from: 'authorizer-token' }],
  ['authorizer-http', { from: 'authorizer-http' }, { from: 'authorizer-http-1.0' }],
  ['authorizer-http-1.0', { from: 'authorizer-http-1.0' }, { from: 'authorizer-http' }],
  ['authorizer-websocket', { from: 'authorizer-websocket' }, { from: 'websocket' }],
]

describe('a source', () => {
  it.each(rows)('of %s is told by %j, and not by %j', (name, fits, differs) => {
    expect(takes(fits, sample(name))).toBe(true)
    expect(takes(differs, sample(name))).toBe(false)
  })

  it('has a row in this table for every kind and every filter', () => {
    const said = new Set(
      rows.flatMap(([, row]) => Object.keys(row).map((key) => (key === 'from' ? row.from : `${row.from}.${key}`))),
    )
    const known = Object.entries(sourceFilters).flatMap(([kind, filters]) => [
      kind,
      ...filters.map((name) => `${kind}.${name}`),
    ])
    // The rule of an EventBridge event stands where that of a schedule does; the last two are tested below.
    const elsewhere = ['eventbridge.rule', 'other', '*']
    expect(known.filter((one) => !said.has(one) && !elsewhere.includes(one))).toEqual([])
  })

  it('takes what a named rule sends, whatever its detail', () => {
    const event = {
      version: '0',
      'detail-type': 'x',
      source: 'y',
      detail: {},
      resources: ['arn:aws:events:eu-west-1:1:rule/bus/mine'],
    }
    expect(takes({ from: 'eventbridge', rule: 'mine' }, Buffer.from(JSON.stringify(event)))).toBe(true)
  })

  it('is found behind a body of any length', () => {
    const record = {
      messageId: '1',
      receiptHandle: 'x',
      body: '"\\'.repeat(50_000),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:r:1:orders-eu',
    }
    const event = Buffer.from(JSON.stringify({ Records: [record] }))
    expect(takes({ from: 'sqs', queue: 'orders-*' }, event)).toBe(true)
    expect(takes({ from: 'sqs', queue: 'links-*' }, event)).toBe(false)
  })

  it('with a key takes an S3 event only when all of its records fit', () => {
    const [record] = (JSON.parse(sample('s3-put').toString()) as { Records: [{ s3: { object: object } }] }).Records
    const other = { ...record, s3: { ...record.s3, object: { key: 'a.txt' } } }
    const event = Buffer.from(JSON.stringify({ Records: [record, other] }))
    expect(takes({ from: 's3', key: '*.csv' }, event)).toBe(false)
    expect(takes({ from: 's3', key: '*' }, event)).toBe(true)
  })

  it('has nothing to say about an event without the value', () => {
    const event = Buffer.from('{"Records":[{"eventSource":"aws:sqs","messageId":"1"}]}')
    expect(takes({ from: 'sqs' }, event)).toBe(true)
    expect(takes({ from: 'sqs', queue: '?*' }, event)).toBe(false)
  })

  it('counts in its order: the first one that fits', () => {
    const table = new SourceTable([
      { from: 'sqs', queue: 'orders-*', run: 'orders' },
      { from: 'sqs', run: 'queue' },
      { from: '*', run: 'rest' },
      { from: 'sns', run: 'never' },
    ])
    expect(table.match('sqs', sample('sqs'))?.run).toBe('queue')
    expect(table.match('sns', sample('sns'))?.run).toBe('rest')
    expect(table.match('other', Buffer.from('5'))?.run).toBe('rest')
  })
})

describe('an event that nothing takes', () => {
  const request = Buffer.from(
    JSON.stringify(makeEvent({ method: 'POST', target: '/none', headers: [], time: 0 }, 'rest')),
  )
  it('fails, so that its sender keeps it', () => {
    const picker = new Picker({ routes: { 'GET /': 'home' }, sources: [{ from: 'sns', run: 'a' }] })
    for (const event of [sample('sqs'), sample('websocket-connect'), Buffer.from('{}'), Buffer.from('no JSON')])
      expect(() => picker.pick(event)).toThrow('no row of sources matches this event')
    expect(picker.pick(request)).toMatchObject({ answer: { http: { statusCode: 404 } } })
  })

  it("is taken by a source from '*', be it a request", () => {
    const picker = new Picker({ routes: { 'GET /': 'home' }, sources: [{ from: '*', run: 'all' }] })
    for (const event of [sample('sqs'), request, Buffer.from('{}'), Buffer.from('no JSON'), Buffer.alloc(0)])
      expect(picker.pick(event)).toMatchObject({ run: 'all' })
  })
})
