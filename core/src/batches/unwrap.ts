import { isUtf8 } from 'node:buffer'
import type { BatchKind } from './batch.ts'
import { membersOf, objectsOf, stringOf } from './json-text.ts'
import { plainAttributes } from './plain-attributes.ts'

/**
 * The content of a record as JSON: the body of an SQS message, an SNS message, base64 data, DynamoDB's attributes as
 * plain values. Other text becomes a JSON string, and binary data a JSON string with its base64. Notifications of SNS
 * and of S3 inside a message are unwrapped as well.
 *
 * @param record bytes of a record, or of the event if it has no records
 * @returns the bytes unchanged if there is no envelope
 * @throws JsonTextError, SyntaxError
 */
export function unwrap(record: Buffer, kind: BatchKind): Uint8Array {
  switch (kind) {
    case 'sqs':
      return fromText(memberText(record, 'body'), record)
    case 'sns':
      return fromText(memberText(record, 'Sns', 'Message'), record)
    case 'kinesis':
      return fromBase64(memberText(record, 'kinesis', 'data'), record)
    case 'firehose':
      return fromBase64(memberText(record, 'data'), record)
    case 'kafka':
      return fromBase64(memberText(record, 'value'), record)
    case 'dynamodb':
      return plainAttributes(record)
    default:
      return record
  }
}

function fromBase64(text: string | undefined, record: Buffer): Uint8Array {
  // A Kafka record without a value: a tombstone.
  if (text === undefined) return Buffer.from('null')
  const bytes = Buffer.from(text, 'base64')
  return isUtf8(bytes) ? fromText(bytes.toString(), record) : Buffer.from(JSON.stringify(text))
}

function fromText(text: string | undefined, record: Buffer): Uint8Array {
  if (text === undefined) return record
  const value = parsed(text)
  if (value === undefined) return Buffer.from(JSON.stringify(text))
  if (isNotification(value)) return fromText(value.Message, record)
  const bytes = Buffer.from(text)
  return (isS3Event(value) ? onlyRecordOf(bytes) : undefined) ?? bytes
}

/** The notification that SNS puts into a queue, unless raw delivery is on. */
function isNotification(value: unknown): value is { readonly Message: string } {
  return (
    has(value, 'Type') &&
    value.Type === 'Notification' &&
    has(value, 'TopicArn') &&
    has(value, 'Message') &&
    typeof value.Message === 'string'
  )
}

function isS3Event(value: unknown): boolean {
  if (!has(value, 'Records') || !Array.isArray(value.Records) || value.Records.length !== 1) return false
  const [record] = value.Records as readonly unknown[]
  return has(record, 'eventSource') && record.eventSource === 'aws:s3'
}

/**
 * An S3 record. S3 sends one record in each event, so a handler with `each` gets the same when S3 calls the function
 * itself.
 */
function onlyRecordOf(event: Buffer): Buffer | undefined {
  const list = membersOf(event, 0).members.get('Records')
  let record: Buffer | undefined
  if (list) objectsOf(event, list.start, ({ start, end }) => (record = event.subarray(start, end)))
  return record
}

function has<const Key extends string>(value: unknown, key: Key): value is Readonly<Record<Key, unknown>> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The text at a path of keys; `undefined` if it is missing, or no text. */
function memberText(record: Buffer, ...path: readonly string[]): string | undefined {
  let start = 0
  let text: string | undefined
  for (const key of path) {
    const span = membersOf(record, start).members.get(key)
    if (!span) return undefined
    start = span.start
    text = stringOf(record, span)
  }
  return text
}
