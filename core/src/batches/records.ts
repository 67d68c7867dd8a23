import { HostError, messageOf } from '../errors.ts'
import type { BatchKind } from './batch.ts'
import { isString, JsonTextError, membersOf, objectsOf, stringOf, textOf } from './json-text.ts'
import type { Span, Spans } from './json-text.ts'

/** The identifier by which the poller knows a record. */
interface Identity {
  /** As JSON: `"059f36b4"`, `{"partition":"orders-0","offset":42}`. Empty for a source without identifiers. */
  readonly identifier: string
  /** For messages: `messageId 059f36b4`. */
  readonly label: string
}

/** One record inside its event. It is parsed only when a message needs its identifier, which is rare. */
export class BatchRecord {
  /** The record's bytes, cut out of the event. */
  readonly bytes: Buffer
  readonly #read: Reader
  #members: Spans | undefined
  #identity: Identity | undefined

  constructor(bytes: Buffer, read: Reader) {
    this.bytes = bytes
    this.#read = read
  }

  /** The places of its members, in its own bytes. */
  get members(): Spans {
    this.#members ??= membersOf(this.bytes, 0).members
    return this.#members
  }

  /** @throws HostError `Runtime.UnmarshalError` when it has no identifier */
  get identity(): Identity {
    this.#identity ??= readable(() => this.#read(this))
    return this.#identity
  }
}

/** The parts of an event. */
export interface TakenApart {
  readonly event: Buffer
  /** The members of the event's object. */
  readonly members: Spans
  readonly records: readonly BatchRecord[]
  /** The group of each record: records of a group run in their order. Absent if the order doesn't matter. */
  readonly groupOf?: (record: BatchRecord) => string
}

type Reader = (record: BatchRecord) => Identity

const readers: Readonly<Record<BatchKind, Reader>> = {
  sqs: (record) => named(record, record.members, 'messageId'),
  kinesis: (record) => named(record, below(record, 'kinesis'), 'sequenceNumber'),
  dynamodb: (record) => named(record, below(record, 'dynamodb'), 'SequenceNumber'),
  kafka(record) {
    const { place } = partitionOf(record)
    const offset = textOf(record.bytes, required(record, 'offset'))
    return { identifier: `{"partition":"${place}","offset":${offset}}`, label: `${place}, offset ${offset}` }
  },
  firehose: (record) => named(record, record.members, 'recordId'),
  's3-batch': (record) => named(record, record.members, 'taskId'),
  sns: (record) => labelled(stringOf(record.bytes, below(record, 'Sns').get('MessageId')), 'MessageId'),
  s3(record) {
    const object = below(record, 's3').get('object')
    return labelled(object && stringOf(record.bytes, membersOf(record.bytes, object.start).members.get('key')), 'key')
  },
  eventbridge: (record) => labelled(stringOf(record.bytes, record.members.get('id')), 'id'),
  schedule: (record) => labelled(stringOf(record.bytes, record.members.get('id')), 'id'),
}

/**
 * Cuts the records out of an event.
 * @throws HostError `Runtime.UnmarshalError` when they can't be found
 */
export function takeApart(bytes: Uint8Array, kind: BatchKind): TakenApart {
  const event = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return readable(() => {
    const { members, end } = membersOf(event, 0)
    const records = recordsOf(event, members, end, kind)
    const groupOf = grouping(kind, records)
    return { event, members, records, ...(groupOf && { groupOf }) }
  })
}

function recordsOf(event: Buffer, members: Spans, end: number, kind: BatchKind): readonly BatchRecord[] {
  const read = readers[kind]
  if (kind === 'eventbridge' || kind === 'schedule') {
    return [new BatchRecord(event.subarray(event.indexOf('{'), end), read)]
  }
  const list = members.get(
    kind === 's3-batch' ? 'tasks' : kind === 'firehose' || kind === 'kafka' ? 'records' : 'Records',
  )
  if (!list) return []
  const lists = kind === 'kafka' ? [...membersOf(event, list.start).members.values()] : [list]
  const records: BatchRecord[] = []
  for (const { start } of lists) {
    objectsOf(event, start, (one) => records.push(new BatchRecord(event.subarray(one.start, one.end), read)))
  }
  return records
}

function grouping(kind: BatchKind, records: readonly BatchRecord[]): TakenApart['groupOf'] {
  if (kind === 'kinesis' || kind === 'dynamodb') return () => ''
  if (kind === 'kafka') return (record) => partitionOf(record).place
  const [first] = records
  // All records come from one queue. The group id doesn't decide: standard queues have groups as well (fair queues),
  // which imply no order.
  const arn = kind === 'sqs' && first ? stringOf(first.bytes, first.members.get('eventSourceARN')) : undefined
  if (!arn?.endsWith('.fifo')) return undefined
  return (record) => stringOf(record.bytes, below(record, 'attributes').get('MessageGroupId')) ?? ''
}

function partitionOf(record: BatchRecord): { readonly place: string } {
  const topic = textOf(record.bytes, required(record, 'topic')).slice(1, -1)
  return { place: `${topic}-${textOf(record.bytes, required(record, 'partition'))}` }
}

function required({ members }: BatchRecord, key: string): Span {
  const span = members.get(key)
  if (!span) throw new JsonTextError(`a record has no ${key}`)
  return span
}

/** An identifier that the answer needs. */
function named({ bytes }: BatchRecord, members: Spans, key: string): Identity {
  const span = members.get(key)
  if (!isString(bytes, span)) throw new JsonTextError(`a record has no ${key}`)
  return { identifier: textOf(bytes, span), label: `${key} ${stringOf(bytes, span)}` }
}

function labelled(name: string | undefined, key: string): Identity {
  return { identifier: '', label: name === undefined ? `no ${key}` : `${key} ${name}` }
}

function below({ bytes, members }: BatchRecord, key: string): Spans {
  const span = members.get(key)
  return span ? membersOf(bytes, span.start).members : new Map()
}

/** @throws HostError instead of an error about the text */
function readable<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw new HostError('Runtime.UnmarshalError', {
      problem: `the records of the event can't be read: ${messageOf(error)}`,
      cause: error,
    })
  }
}
