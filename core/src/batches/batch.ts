import type { EventKind, OtherKind } from '../events/kinds.ts'

/** The events that hold records, or are one themselves: a handler with `each` sees one record at a time. */
const batchKinds = [
  'sqs',
  'sns',
  'kinesis',
  'dynamodb',
  'kafka',
  'firehose',
  's3',
  's3-batch',
  'eventbridge',
  'schedule',
] as const satisfies readonly OtherKind[]

export type BatchKind = (typeof batchKinds)[number]

export function isBatchKind(kind: EventKind): kind is BatchKind {
  return (batchKinds as readonly EventKind[]).includes(kind)
}

/** What `each` of a handler says, with its defaults in place. */
export interface EachOptions {
  /** How many records may be under way at once: 1 when absent. Streams stay in order whatever it says. */
  readonly parallel: number
  /** Whether an event fails of which no record succeeded, or is answered with the list of all: `throw` when absent. */
  readonly onAllFailed: 'throw' | 'report'
  /** What becomes of a FIFO queue's other groups once a record failed: `stop` when absent. */
  readonly onGroupFailed: 'stop' | 'continue'
  /** The handler gets what a record carries, without the envelopes around it. */
  readonly unwrap: boolean
}

/** What became of one record. */
export type RecordOutcome =
  | {
      readonly ok: true
      /** The handler's answer. */
      readonly body: Uint8Array
    }
  | {
      readonly ok: false
      readonly errorType: string
      readonly message: string
      /** What was thrown, for a source that knows only success and error. */
      readonly thrown: unknown
      /** No further record can be run: the worker can't be stopped, or the host is shutting down. */
      readonly last?: boolean
    }

/** An event that is handled record by record. */
export interface Batch {
  readonly event: Uint8Array
  readonly kind: BatchKind
  readonly each: EachOptions
  /** Epoch milliseconds at which records under way are ended, so that the answer is out before the deadline. */
  readonly endBy: number
  /** Ends the batch early, as `endBy` does: the host is shutting down. */
  readonly signal: AbortSignal
  /**
   * Runs the handler with one record. Called up to `each.parallel` times at once.
   *
   * @param record bytes of the event, as they came; or what was unwrapped
   * @param signal fires when the time is up; the outcome comes when the worker has come to rest, or is gone
   * @returns never rejects
   */
  runOne(record: Uint8Array, signal: AbortSignal): Promise<RecordOutcome>
  /** One line for each record that failed, with what was thrown, and one about those that were not started. */
  log(level: 'WARN' | 'ERROR', message: string, thrown?: unknown): void
}

/**
 * Answers a batch: the type of `runBatch` in `run-batch.ts`, which is loaded with the first event that needs it.
 *
 * @returns the answer's JSON
 * @throws HandlerError `Function.RecordsFailed` when no record succeeded and `onAllFailed` is `throw`; for a source that knows only success and error, when one failed
 * @throws what the only record of such a source failed with
 * @throws HostError `Runtime.UnmarshalError` when the event's records can't be found
 */
export type RunBatch = (batch: Batch) => Promise<Uint8Array>
