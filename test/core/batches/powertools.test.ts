import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { HandlerError } from '../../../core/src/errors.ts'
import { ran } from './running.ts'

const powertools = fileURLToPath(new URL('../../../.cache/powertools', import.meta.url))
const script = fileURLToPath(new URL('powertools.py', import.meta.url))
const lists = 200

interface Case {
  readonly records: readonly object[]
  readonly identifiers: readonly string[]
  readonly failing: readonly string[]
  readonly raise: boolean
  readonly skipGroup: boolean
}

type Source = (index: number, identifier: string, group: string) => object

const queue = (index: number, identifier: string, group: string, arn: string): object => ({
  messageId: identifier,
  receiptHandle: 'AQEB',
  body: JSON.stringify({ index, text: 'a "quoted" \\ word } ] ż' }),
  attributes: { ApproximateReceiveCount: '1', MessageGroupId: group },
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
})
const sqs: Source = (index, identifier, group) => queue(index, identifier, group, 'arn:aws:sqs:eu-west-1:1:orders')
const fifo: Source = (index, identifier, group) =>
  queue(index, identifier, group, 'arn:aws:sqs:eu-west-1:1:orders.fifo')
const kinesis: Source = (index, identifier) => ({
  kinesis: { sequenceNumber: identifier, partitionKey: 'a', data: Buffer.from(`${index}`).toString('base64') },
  eventSource: 'aws:kinesis',
})
const dynamodb: Source = (index, identifier) => ({
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: { Keys: { n: { N: `${index}` } }, SequenceNumber: identifier },
})

/** The same lists with each run: a linear congruential generator. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return Math.floor((state / 4_294_967_296) * below)
  }
}

/** Lists of 1 to 10 records of up to 4 groups; none, some or all of them fail. */
function casesOf(source: Source, skipGroup: boolean): readonly Case[] {
  const below = random(20)
  return Array.from({ length: lists }, (_none, list) => {
    const length = 1 + below(10)
    // Sequence numbers are longer than what a double holds, and end in the same digits.
    const identifiers = Array.from(
      { length },
      (_one, index) => `4959033827149025660855969253836157${list}${100 + index}`,
    )
    const records = identifiers.map((identifier, index) => source(index, identifier, `group-${below(4)}`))
    const share = below(4)
    const failing = identifiers.filter(() => below(3) < share)
    return { records, identifiers, failing, raise: list % 2 === 0, skipGroup }
  })
}

/** One process for all lists: its imports take a second. */
const theirs = new Map<string, readonly unknown[]>()

beforeAll(async () => {
  if (!existsSync(powertools)) throw new Error('run test/tools/fetch.sh')
  const all = [...sources].flatMap(([name, { processor, cases }]) => cases.map((one) => ({ name, processor, ...one })))
  const input = all.map((one) => JSON.stringify(one)).join('\n')
  const { stdout } = await execa('python3', [script], { input, env: { PYTHONPATH: powertools } })
  const answers = stdout.split('\n').map((line) => JSON.parse(line) as unknown)
  for (const name of sources.keys())
    theirs.set(
      name,
      answers.filter((_answer, index) => all[index]?.name === name),
    )
})

async function ours(kind: 'sqs' | 'kinesis' | 'dynamodb', one: Case, inSeries = false): Promise<unknown> {
  const { answer, thrown } = await ran({
    kind,
    event: { Records: one.records },
    inSeries,
    each: { onAllFailed: one.raise ? 'throw' : 'report', onGroupFailed: one.skipGroup ? 'continue' : 'stop' },
    handle(record) {
      const identifier = one.identifiers.find((name) => record.includes(`"${name}"`))
      if (identifier !== undefined && one.failing.includes(identifier)) throw new Error(identifier)
    },
  })
  if (thrown === undefined) return answer
  if (HandlerError.is(thrown) && thrown.errorType === 'Function.RecordsFailed') return 'all failed'
  throw thrown
}

const sources = new Map<string, { readonly processor: string; readonly cases: readonly Case[] }>([
  ['SQS', { processor: 'SQS', cases: casesOf(sqs, false) }],
  ['SQS FIFO', { processor: 'FIFO', cases: casesOf(fifo, false) }],
  ['SQS FIFO, other groups go on', { processor: 'FIFO', cases: casesOf(fifo, true) }],
  // Powertools runs the records behind a failure; here nobody knows that they would fail too.
  ['kinesis', { processor: 'KinesisDataStreams', cases: casesOf(kinesis, false).map(reporting) }],
  ['dynamodb', { processor: 'DynamoDBStreams', cases: casesOf(dynamodb, false).map(reporting) }],
])

function reporting(one: Case): Case {
  return { ...one, raise: false }
}

test.each(['SQS', 'SQS FIFO', 'SQS FIFO, other groups go on'])(
  '%s: the lists are those of Powertools for Python',
  async (name) => {
    const found = await Promise.all(sources.get(name)?.cases.map((one) => ours('sqs', one)) ?? [])
    const expected = theirs.get(name) ?? []
    expect(expected).toHaveLength(lists)
    expect(found).toEqual(expected)
    // They are the same when workers take several records at once.
    expect(await Promise.all(sources.get(name)?.cases.map((one) => ours('sqs', one, true)) ?? [])).toEqual(expected)
    // Lists of all lengths were among them.
    expect(new Set(expected.map((one) => (one === 'all failed' ? one : sizeOf(one)))).size).toBeGreaterThan(5)
    expect(expected).toContain('all failed')
  },
)

test.each(['kinesis', 'dynamodb'] as const)(
  '%s: the one identifier is the lowest that Powertools for Python lists',
  async (kind) => {
    const found = await Promise.all(sources.get(kind)?.cases.map((one) => ours(kind, one)) ?? [])
    const expected = theirs.get(kind)?.map(lowest) ?? []
    expect(expected).toHaveLength(lists)
    expect(found).toEqual(expected)
    expect(await Promise.all(sources.get(kind)?.cases.map((one) => ours(kind, one, true)) ?? [])).toEqual(expected)
    expect(expected.filter((one) => sizeOf(one) > 0).length).toBeGreaterThan(lists / 4)
  },
)

interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

function lowest(answer: unknown): Failures {
  const { batchItemFailures } = answer as Failures
  return {
    batchItemFailures: batchItemFailures
      .toSorted((one, other) => (BigInt(one.itemIdentifier) < BigInt(other.itemIdentifier) ? -1 : 1))
      .slice(0, 1),
  }
}

function sizeOf(answer: unknown): number {
  return (answer as Failures).batchItemFailures.length
}
