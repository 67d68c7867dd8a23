import type { EventKind, OtherKind } from '../events/kinds.ts'

/**
 * The kinds of events that contain records, or are a record themselves: a handler with `each` gets one record at a
 * time.
 */
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

/** The options in `each` of a handler, with their defaults. */
export interface EachOptions {
  /** Number of records that may run at the same time: 1 when absent. Streams always stay in order. */
  readonly parallel: number
  /** If no record succeeded: `throw` fails the event, `report` lists all records. `throw` when absent. */
  readonly onAllFailed: 'throw' | 'report'
  /** Handling of a FIFO queue's other groups after a failure: `stop` when absent. */
  readonly onGroupFailed: 'stop' | 'continue'
  /** True: the handler gets the content of a record, without its envelopes. */
  readonly unwrap: boolean
}

/** The outcome of one record. */
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
      /** The exception, for a source that knows only success and error. */
      readonly thrown: unknown
      /** True if no further record can run: the worker can't be stopped, or the host shuts down. */
      readonly last?: boolean
    }

export type RecordFailure = RecordOutcome & { readonly ok: false }

/** Records that one worker runs one after the other. */
export interface RecordSeries {
  /** Never rejects. Numbers of records, in their order. */
  readonly ended: Promise<{
    /** Records that were begun; the others were not touched. */
    readonly begun: number
    /** Records that ran to their end: they have succeeded, unless `onFailed` was called. */
    readonly done: number
    /** The outcome of those between `done` and `begun`. */
    readonly failure?: RecordFailure
  }>
  /** Takes back the records that have not begun: always the last ones. @returns their number */
  takeBack(): number
}

/** An event that is handled record by record. */
export interface Batch {
  readonly event: Uint8Array
  readonly kind: BatchKind
  readonly each: EachOptions
  /** Epoch milliseconds at which running records are ended, so that the answer is sent before the deadline. */
  readonly endBy: number
  /** Ends the batch early, like `endBy`, when the host shuts down. */
  readonly signal: AbortSignal
  /**
   * Runs the handler with one record. Up to `each.parallel` calls run at the same time.
   *
   * @param record bytes of the event, unchanged or unwrapped
   * @param signal fires when the time is up; the call resolves when the worker is at rest or has ended
   * @returns never rejects
   */
  runOne(record: Uint8Array, signal: AbortSignal): Promise<RecordOutcome>
  /**
   * Runs several records of which only success or failure counts, in place of as many calls of `runOne`: a worker that
   * doesn't wait for its next record does more of them.
   *
   * @returns `undefined` if the handler's worker can't do so
   */
  runSeries?(
    records: readonly Uint8Array[],
    signal: AbortSignal,
    onFailed: (index: number, failure: RecordFailure) => void,
  ): RecordSeries | undefined
  /** Writes one line for each failed record, with its exception, and one line about records that were not started. */
  log(level: 'WARN' | 'ERROR', message: string, thrown?: unknown): void
}

/**
 * Answers a batch: the type of `runBatch` in `run-batch.ts`, which is loaded with the first event that needs it.
 *
 * @returns the answer's JSON
 * @throws HandlerError `Function.RecordsFailed` when no record succeeded and `onAllFailed` is `throw`; for a source
 * that knows only success and error, when one failed
 * @throws the error of the only record of such a source
 * @throws HostError `Runtime.UnmarshalError` when the event's records can't be found
 */
export type RunBatch = (batch: Batch) => Promise<Uint8Array>
