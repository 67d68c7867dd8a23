import { HandlerError } from '../errors.ts'
import type { Batch, RecordOutcome } from './batch.ts'
import { stringOf, membersOf, textOf, JsonTextError } from './json-text.ts'
import type { Span } from './json-text.ts'
import type { BatchRecord, TakenApart } from './records.ts'

/** The outcome of each record; `undefined` for records that were not started. */
export type Outcomes = readonly (RecordOutcome | undefined)[]

/**
 * The answer for the poller, in the format of the event's source.
 * @throws HandlerError as `RunBatch` says
 */
export function answerOf(batch: Batch, taken: TakenApart, outcomes: Outcomes): Uint8Array {
  switch (batch.kind) {
    case 'sqs':
    case 'kafka':
      throwIfAllFailed(batch, outcomes)
      return itemFailures(taken, failedOf(taken, outcomes))
    case 'kinesis':
    case 'dynamodb':
      // The records after the first failure were not run, so "all failed" needs a batch of one record.
      if (outcomes.length === 1) throwIfAllFailed(batch, outcomes)
      return itemFailures(taken, failedOf(taken, outcomes).slice(0, 1))
    case 'firehose':
      throwIfAllFailed(batch, outcomes)
      return transformed(taken, outcomes)
    case 's3-batch':
      return taskResults(taken, outcomes)
    default:
      return wholeResult(outcomes)
  }
}

/** Failed records and records that were not started, in the event's order. */
function failedOf({ records }: TakenApart, outcomes: Outcomes): readonly BatchRecord[] {
  return records.filter((_record, index) => !outcomes[index]?.ok)
}

function throwIfAllFailed({ each }: Batch, outcomes: Outcomes): void {
  if (each.onAllFailed !== 'throw' || outcomes.length === 0 || outcomes.some((outcome) => outcome?.ok)) return
  throw recordsFailed(`none of ${outcomes.length} record${outcomes.length === 1 ? '' : 's'} succeeded`, outcomes)
}

function recordsFailed(what: string, outcomes: Outcomes): HandlerError {
  const first = outcomes.find((outcome) => outcome?.ok === false)
  const why = first?.ok === false ? `; the first error is ${first.errorType}: ${first.message}` : ''
  return new HandlerError({ errorType: 'Function.RecordsFailed', message: `${what}${why}` })
}

function itemFailures({ event, members }: TakenApart, failed: readonly BatchRecord[]): Uint8Array {
  const list = failed.map(({ identity: { identifier } }) => `{"itemIdentifier":${identifier}}`).join(',')
  // In a tumbling window the answer is also the state of the next event.
  const state = members.has('window') ? members.get('state') : undefined
  return Buffer.from(`{${state ? `"state":${textOf(event, state)},` : ''}"batchItemFailures":[${list}]}`)
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
function transformed({ records }: TakenApart, outcomes: Outcomes): Uint8Array {
  const parts = records.map(({ bytes, members, identity: { identifier } }, index) => {
    const outcome = outcomes[index]
    if (outcome?.ok) return transformedRecord(identifier, Buffer.from(outcome.body))
    const data = members.get('data')
    return `{"recordId":${identifier},"result":"ProcessingFailed","data":${data ? textOf(bytes, data) : '""'}}`
  })
  return Buffer.from(`{"records":[${parts.join(',')}]}`)
}

function transformedRecord(identifier: string, answer: Buffer): string {
  const own = ownAnswer(answer, 'recordId', identifier)
  if (own !== undefined) return own
  const isNothing = answer.length === 0 || answer.toString().trim() === 'null'
  if (isNothing) return `{"recordId":${identifier},"result":"Dropped","data":""}`
  return `{"recordId":${identifier},"result":"Ok","data":"${answer.toString('base64')}"}`
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html */
function taskResults({ event, members, records }: TakenApart, outcomes: Outcomes): Uint8Array {
  const results = records.map(({ identity: { identifier } }, index) => {
    const outcome = outcomes[index]
    if (outcome?.ok) {
      const answer = Buffer.from(outcome.body)
      return ownAnswer(answer, 'taskId', identifier) ?? taskResult(identifier, 'Succeeded', answer.toString())
    }
    if (!outcome) return taskResult(identifier, 'TemporaryFailure', 'not started: the event ran out of time')
    const code = endedInItsMidst.includes(outcome.errorType) ? 'TemporaryFailure' : 'PermanentFailure'
    return taskResult(identifier, code, `${outcome.errorType}: ${outcome.message}`)
  })
  const said = (span: Span | undefined): string => (span ? textOf(event, span) : '""')
  const version = said(members.get('invocationSchemaVersion'))
  return Buffer.from(
    `{"invocationSchemaVersion":${version},"treatMissingKeysAs":"PermanentFailure","invocationId":${said(members.get('invocationId'))},"results":[${results.join(',')}]}`,
  )
}

/** A failed handler would fail again; the outcome of an aborted one is unknown. */
const endedInItsMidst: readonly string[] = ['Function.Timeout', 'Runtime.ExitError', 'Runtime.ShuttingDown']

function taskResult(taskId: string, code: string, text: string): string {
  return `{"taskId":${taskId},"resultCode":"${code}","resultString":${JSON.stringify(text)}}`
}

/** An answer in the source's own format names its record. */
function ownAnswer(answer: Buffer, key: string, identifier: string): string | undefined {
  const text = answer.toString().trim()
  if (!text.startsWith('{') || !text.includes(`"${key}"`)) return undefined
  try {
    const { members } = membersOf(Buffer.from(text), 0)
    return stringOf(Buffer.from(text), members.get(key)) === JSON.parse(identifier) ? text : undefined
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * For a source that knows only success and error. The answer of a single record is the event's answer, for a
 * destination that receives it.
 */
function wholeResult(outcomes: Outcomes): Uint8Array {
  const [first] = outcomes
  if (outcomes.length === 1 && first) {
    if (first.ok) return first.body
    throw first.thrown
  }
  const failed = outcomes.filter((outcome) => !outcome?.ok).length
  if (failed > 0) throw recordsFailed(`${failed} of ${outcomes.length} records did not succeed`, outcomes)
  return Buffer.from('null')
}
