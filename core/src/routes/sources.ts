import { elementsFrom, membersFrom, valueAt } from '../events/json-walk.ts'
import type { EventKind } from '../events/kinds.ts'
import { sourceFilters } from './source-filters.ts'
import type { FilterName, SourceKind } from './source-filters.ts'

/** A row of `sources`. */
export interface Source extends Readonly<Partial<Record<FilterName, string>>> {
  readonly from: SourceKind
  /** Handler name. */
  readonly run: string
  readonly unwrap?: boolean
}

interface Compiled {
  readonly source: Source
  readonly filters: readonly { readonly name: FilterName; readonly pattern: RegExp }[]
}

/** The rows of `sources`, in order: an event goes to the first row that matches. */
export class SourceTable {
  readonly #rows: readonly Compiled[]

  constructor(sources: readonly Source[]) {
    this.#rows = sources.map((source) => ({ source, filters: filtersOf(source) }))
  }

  match(kind: EventKind, event: Buffer): Source | undefined {
    return this.#rows.find(
      ({ source, filters }) =>
        (source.from === '*' || source.from === kind) &&
        filters.every(({ name, pattern }) => {
          const values = valuesOf(kind, name, event)
          return values.length > 0 && values.every((value) => pattern.test(value))
        }),
    )?.source
  }
}

function filtersOf(source: Source): Compiled['filters'] {
  const names: readonly FilterName[] = sourceFilters[source.from]
  return names.flatMap((name) => {
    const pattern = source[name]
    return pattern === undefined ? [] : [{ name, pattern: patternOf(pattern) }]
  })
}

/** `*` stands for any characters, also none and line breaks. */
function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[^\w]/gu, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

/**
 * The values that a filter compares. If an event has several, such as the keys of several S3 records, all must match.
 */
function valuesOf(kind: EventKind, name: FilterName, event: Buffer): readonly string[] {
  switch (`${kind}.${name}`) {
    case 'sqs.queue':
      return [lastPart(ofFirstRecord(event, 'eventSourceARN'), ':')]
    case 'sns.topic':
      return [lastPart(below(ofFirstRecord(event, 'Sns'), 'TopicArn'), ':')]
    case 'kinesis.stream':
      return [lastPart(ofFirstRecord(event, 'eventSourceARN'), '/')]
    case 'dynamodb.table':
      return [/:table\/(?<table>[^/]+)/.exec(textOf(ofFirstRecord(event, 'eventSourceARN')))?.groups?.['table'] ?? '']
    case 'kafka.topic':
      return [firstTopic(event)]
    case 'firehose.stream':
      return [lastPart(top(event, 'deliveryStreamArn'), '/')]
    case 's3.bucket':
      return s3Records(event).map((record) => textOf(below(record, 's3', 'bucket', 'name')))
    case 's3.key':
      return s3Records(event).map((record) => unescaped(textOf(below(record, 's3', 'object', 'key'))))
    case 's3.event':
      return s3Records(event).map((record) => textOf(below(record, 'eventName')))
    case 's3-batch.bucket':
      return listOf(top(event, 'tasks')).map(bucketOfTask)
    case 'eventbridge.rule':
    case 'schedule.rule':
      return [lastPart(listOf(top(event, 'resources'))[0], '/')]
    case 'eventbridge.source':
      return [textOf(top(event, 'source'))]
    case 'eventbridge.detailType':
      return [textOf(top(event, 'detail-type'))]
    case 'cognito.trigger':
      return [textOf(top(event, 'triggerSource'))]
    case 'custom-resource.type':
      return [textOf(top(event, 'ResourceType'))]
    case 'websocket.route':
      return [textOf(below(top(event, 'requestContext'), 'routeKey'))]
    case 'appsync.type':
      return appSyncInfos(event).map((info) => textOf(below(info, 'parentTypeName')))
    case 'appsync.field':
      return appSyncInfos(event).map((info) => textOf(below(info, 'fieldName')))
    default:
      return []
  }
}

function top(event: Buffer, key: string): unknown {
  return valueAt(event, startOf(event, 0, key))
}

/** All records of a batch come from one queue or stream, so the first one decides. */
function ofFirstRecord(event: Buffer, key: string): unknown {
  const records = startOf(event, 0, 'Records')
  const first = records === undefined ? undefined : elementsFrom(event, records).next().value
  return typeof first === 'number' ? valueAt(event, startOf(event, first, key)) : undefined
}

/** An event source mapping has one topic; the keys of `records` are `topic-partition`. */
function firstTopic(event: Buffer): string {
  const records = startOf(event, 0, 'records')
  const first = records === undefined ? undefined : membersFrom(event, records).next().value
  return first ? first.key.replace(/-\d+$/, '') : ''
}

function s3Records(event: Buffer): readonly unknown[] {
  return listOf(top(event, 'Records'))
}

/** One value for each request of a batch. */
function appSyncInfos(event: Buffer): readonly unknown[] {
  const whole = valueAt(event, 0)
  return (Array.isArray(whole) ? (whole as unknown[]) : [whole]).map((one) => below(one, 'info'))
}

/** Schema version 2.0 has the name, 1.0 an ARN. */
function bucketOfTask(task: unknown): string {
  return textOf(below(task, 's3Bucket')) || lastPart(below(task, 's3BucketArn'), ':')
}

function startOf(event: Buffer, object: number, key: string): number | undefined {
  for (const member of membersFrom(event, object)) if (member.key === key) return member.at
  return undefined
}

function below(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  )
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function lastPart(value: unknown, separator: string): string {
  const text = textOf(value)
  return text.slice(text.lastIndexOf(separator) + 1)
}

/** S3 writes keys as in a query, with `+` for a space. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
