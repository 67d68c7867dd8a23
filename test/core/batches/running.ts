import { runBatch } from '../../../core/src/batches/run-batch.ts'
import type { Batch, BatchKind, EachOptions, RecordOutcome } from '../../../core/src/batches/batch.ts'
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
  readonly log: readonly string[]
}

export interface BatchSetUp {
  readonly kind: BatchKind
  readonly event: unknown
  readonly each?: Partial<EachOptions>
  readonly endBy?: number
  readonly signal?: AbortSignal
  /** What the handler does with a record: what it returns is the answer, what it throws the failure. */
  handle(record: string, signal: AbortSignal): unknown
}

/** Runs a batch whose handler is a function. */
export async function ran({ kind, event, each, endBy, signal, handle }: BatchSetUp): Promise<Ran> {
  const started: string[] = []
  const log: string[] = []
  const batch: Batch = {
    event: event instanceof Uint8Array ? event : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
    kind,
    each: { ...usual, ...each },
    endBy: endBy ?? Date.now() + 60_000,
    signal: signal ?? new AbortController().signal,
    async runOne(record, recordSignal): Promise<RecordOutcome> {
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
    },
    log: (level, message) => log.push(`${level} ${message}`),
  }
  try {
    const text = Buffer.from(await runBatch(batch)).toString()
    return { answer: JSON.parse(text), text, thrown: undefined, started, log }
  } catch (thrown) {
    return { answer: undefined, text: undefined, thrown, started, log }
  }
}
