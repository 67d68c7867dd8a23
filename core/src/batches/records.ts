import { HostError, messageOf } from '../errors.ts'
import type { BatchKind } from './batch.ts'
import { elementsOf, isString, membersOf, stringOf, textOf } from './json-text.ts'
import type { Span, Spans } from './json-text.ts'

/** One record, as it lies in its event. */
export interface BatchRecord {
  /** The record's own bytes, cut out of the event. */
  readonly bytes: Buffer
  /** Where the members of its object are, in the event's bytes. */
  readonly members: Spans
  /** What the poller knows it by, as JSON: `"059f36b4"`, `{"partition":"orders-0","offset":42}`. Empty where there is no such thing. */
  readonly identifier: string
  /** For people: `messageId 059f36b4`. */
  readonly label: string
  /** Records of a group are run in the order in which they came. Absent when the order is of no matter. */
  readonly group?: string
}

/** An event, taken apart. */
export interface TakenApart {
  readonly event: Buffer
  /** Of the event's object. */
  readonly members: Spans
  readonly records: readonly BatchRecord[]
  /** An SQS queue that keeps the order of its groups. */
  readonly isFifo: boolean
}

interface Found {
  readonly event: Buffer
  readonly members: Spans
  readonly bytes: Buffer
}

type Reader = (found: Found) => Pick<BatchRecord, 'identifier' | 'label' | 'group'>

const readers: Readonly<Record<Exclude<BatchKind, 'kafka' | 'eventbridge' | 'schedule'>, Reader>> = {
  sqs: (found) => {
    const id = named(found, found.members, 'messageId')
    return isFifoRecord(found) ? { ...id, group: groupOf(found) } : id
  },
  kinesis: (found) => ({ ...named(found, below(found, 'kinesis'), 'sequenceNumber'), group: '' }),
  dynamodb: (found) => ({ ...named(found, below(found, 'dynamodb'), 'SequenceNumber'), group: '' }),
  firehose: (found) => named(found, found.members, 'recordId'),
  's3-batch': (found) => named(found, found.members, 'taskId'),
  sns: (found) => labelled(stringOf(found.event, below(found, 'Sns').get('MessageId')), 'MessageId'),
  s3: (found) => {
    const s3 = below(found, 's3').get('object')
    const key = s3 && stringOf(found.event, membersOf(found.event, s3.start).members.get('key'))
    return labelled(key, 'key')
  },
}

/**
 * Cuts the records out of an event.
 * @throws HostError `Runtime.UnmarshalError` when they can't be found, or have no identifier to answer with
 */
export function takeApart(bytes: Uint8Array, kind: BatchKind): TakenApart {
  const event = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const { members, end } = membersOf(event, 0)
    if (kind === 'eventbridge' || kind === 'schedule') {
      const label = labelled(stringOf(event, members.get('id')), 'id')
      const whole = event.subarray(event.indexOf('{'), end)
      return { event, members, records: [{ bytes: whole, members, ...label }], isFifo: false }
    }
    const list = members.get(
      kind === 's3-batch' ? 'tasks' : kind === 'firehose' || kind === 'kafka' ? 'records' : 'Records',
    )
    const records: BatchRecord[] = []
    if (list && kind === 'kafka') {
      for (const partition of membersOf(event, list.start).members.values()) addAll(event, partition, kafka, records)
    } else if (list && kind !== 'kafka') {
      addAll(event, list, readers[kind], records)
    }
    return { event, members, records, isFifo: kind === 'sqs' && records[0]?.group !== undefined }
  } catch (error) {
    throw new HostError('Runtime.UnmarshalError', {
      problem: `the records of the ${kind} event can't be found: ${messageOf(error)}`,
      cause: error,
    })
  }
}

function addAll(event: Buffer, list: Span, read: Reader, records: BatchRecord[]): void {
  elementsOf(event, list.start, (start) => {
    const { members, end } = membersOf(event, start)
    const bytes = event.subarray(start, end)
    records.push({ bytes, members, ...read({ event, members, bytes }) })
    return end
  })
}

function kafka({ event, members }: Found): ReturnType<Reader> {
  const [topic, partition, offset] = ['topic', 'partition', 'offset'].map((key) => {
    const span = members.get(key)
    if (!span) throw new Error(`a record has no ${key}`)
    return textOf(event, span)
  }) as [string, string, string]
  const place = `${topic.slice(1, -1)}-${partition}`
  return {
    identifier: `{"partition":"${place}","offset":${offset}}`,
    label: `${place}, offset ${offset}`,
    group: place,
  }
}

/** An identifier that the answer needs. */
function named({ event }: Found, members: Spans, key: string): ReturnType<Reader> {
  const span = members.get(key)
  if (!isString(event, span)) throw new Error(`a record has no ${key}`)
  return { identifier: textOf(event, span), label: `${key} ${stringOf(event, span)}` }
}

function labelled(name: string | undefined, key: string): ReturnType<Reader> {
  return { identifier: '', label: name === undefined ? `no ${key}` : `${key} ${name}` }
}

function below({ event, members }: Found, key: string): Spans {
  const span = members.get(key)
  return span ? membersOf(event, span.start).members : new Map()
}

/** Not by the group: a standard queue has groups as well (fair queues), and they mean no order. */
function isFifoRecord({ event, members }: Found): boolean {
  return stringOf(event, members.get('eventSourceARN'))?.endsWith('.fifo') ?? false
}

function groupOf(found: Found): string {
  return stringOf(found.event, below(found, 'attributes').get('MessageGroupId')) ?? ''
}
