import { runBatch } from '../../../core/src/batches/run-batch.ts'
import type {
  Batch,
  BatchKind,
  EachOptions,
  RecordFailure,
  RecordOutcome,
  RecordSeries,
} from '../../../core/src/batches/batch.ts'
import { HandlerError } from '../../../core/src/errors.ts'

export const usual: EachOptions = { parallel: 1, onAllFailed: 'throw', onGroupFailed: 'stop', unwrap: false }

/** What a test sees of a batch. */
export interface Ran {
  /** The answer, parsed; what was thrown otherwise. */
  readonly answer: unknown
  readonly text: string | undefined
  readonly thrown: unknown
  /** The records that were started, as text, in order. */
  readonly started: readonly string[]
  /** The lengths of the series that were started, if workers take them. */
  readonly series: readonly number[]
  readonly log: readonly string[]
}

/** What a handler throws to say that its worker has died with it. */
export class WorkerDied extends Error {}

export interface BatchSetUp {
  readonly kind: BatchKind
  readonly event: unknown
  readonly each?: Partial<EachOptions>
  readonly endBy?: number
  readonly signal?: AbortSignal
  /** Workers take series of records. */
  readonly inSeries?: boolean
  /** What the handler does with a record: what it returns is the answer, what it throws the failure. */
  handle(record: string, signal: AbortSignal): unknown
}

/** Runs a batch whose handler is a function. */
export async function ran({ kind, event, each, endBy, signal, inSeries, handle }: BatchSetUp): Promise<Ran> {
  const started: string[] = []
  const series: number[] = []
  const log: string[] = []
  async function runOne(record: Uint8Array, recordSignal: AbortSignal): Promise<RecordOutcome> {
    const text = Buffer.from(record).toString()
    started.push(text)
    try {
      const value = await handle(text, recordSignal)
      return { ok: true, body: Buffer.from((value as string | undefined) ?? '') }
    } catch (thrown) {
      const { errorType, message } = HandlerError.is(thrown)
        ? thrown
        : { errorType: 'ValueError', message: String(thrown) }
      return { ok: false, errorType, message, thrown }
    }
  }
  /** As a driver does it: until it dies, or the signal fires. */
  function runSeries(
    records: readonly Uint8Array[],
    seriesSignal: AbortSignal,
    onFailed: (index: number, failure: RecordFailure) => void,
  ): RecordSeries {
    series.push(records.length)
    let [begun, given] = [0, records.length]
    const run = async (): ReturnType<() => RecordSeries['ended']> => {
      while (begun < given) {
        const index = begun
        begun += 1
        const outcome = await runOne(records[index] as Uint8Array, seriesSignal)
        if (outcome.ok) continue
        if (seriesSignal.aborted || outcome.thrown instanceof WorkerDied)
          return { begun, done: index, failure: outcome }
        onFailed(index, outcome)
      }
      return { begun, done: begun }
    }
    const takeBack = (): number => {
      const count = given - begun
      given = begun
      return count
    }
    return { ended: run(), takeBack }
  }
  const batch: Batch = {
    event: event instanceof Uint8Array ? event : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
    kind,
    each: { ...usual, ...each },
    endBy: endBy ?? Date.now() + 60_000,
    signal: signal ?? new AbortController().signal,
    runOne,
    ...(inSeries && { runSeries }),
    log: (level, message) => log.push(`${level} ${message}`),
  }
  try {
    const text = Buffer.from(await runBatch(batch)).toString()
    return { answer: JSON.parse(text), text, thrown: undefined, started, series, log }
  } catch (thrown) {
    return { answer: undefined, text: undefined, thrown, started, series, log }
  }
}
