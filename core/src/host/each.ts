import { answer, isAnswer } from '../answer.ts'
import type { BatchKind, EachOptions, RecordFailure, RecordOutcome, RecordSeries } from '../batches/batch.ts'
import { runBatch } from '../batches/run-batch.ts'
import type { Invocation, Plugin, Series } from '../contract.ts'
import { LaneStuckError } from '../lane/lane.ts'
import type { Log } from '../log/log.ts'
import { reportError } from '../response/error-body.ts'
import { derived } from './invocation.ts'
import { bytesOf } from './steps.ts'

const noEvent = new Uint8Array()

export interface EachCall {
  readonly invocation: Invocation
  readonly kind: BatchKind
  readonly each: EachOptions
  /** Time between the abort of the event's own signal and its deadline, in milliseconds. */
  readonly marginMs: number
  readonly log: Log
  /** Runs the handler. */
  run(invocation: Invocation): Promise<unknown>
  /** Runs it with several records in one worker, if that is possible. */
  readonly runSeries?: Plugin['invokeSeries']
}

/**
 * Answers an event record by record.
 * @returns the answer; its `atRest` rejects with the LaneStuckError of a record that could not be ended
 * @throws as `RunBatch` does; LaneStuckError with that as its cause
 */
export async function invokeEach(call: EachCall): Promise<unknown> {
  const { invocation, kind, each, marginMs, log } = call
  const rests = new Rests()
  try {
    const body = await runBatch({
      event: invocation.event,
      kind,
      each,
      // Twice the event's margin, so that workers can end before the host gives up the event.
      endBy: invocation.deadline - 2 * marginMs,
      signal: invocation.signal,
      runOne: (event, signal) => outcomeOf(call.run(derived(invocation, { event, signal })), rests),
      runSeries: (records, signal, onFailed) =>
        seriesOf(
          call.runSeries?.(derived(invocation, { event: noEvent, signal }), records, (index, thrown) =>
            onFailed(index, failureOf(thrown, rests)),
          ),
          rests,
        ),
      log: (level, message, thrown) => log.record(level, message, { invocation, ...errorOf(thrown) }),
    })
    return answer({ body, ...(rests.pending && { atRest: rests.all() }) })
  } catch (thrown) {
    throw rests.stuck ? new LaneStuckError(thrown) : thrown
  }
}

/** Clean-up that workers still do after their records are answered. */
class Rests {
  readonly #resting = new Set<Promise<void>>()
  stuck: LaneStuckError | undefined

  add(atRest: PromiseLike<void>): void {
    const rest: Promise<void> = Promise.resolve(atRest)
      .catch((error: unknown) => {
        if (LaneStuckError.is(error)) this.stuck = error
      })
      .then(() => void this.#resting.delete(rest))
    this.#resting.add(rest)
  }

  get pending(): boolean {
    return this.stuck !== undefined || this.#resting.size > 0
  }

  async all(): Promise<void> {
    await Promise.all(this.#resting)
    if (this.stuck) throw this.stuck
  }
}

async function outcomeOf(running: Promise<unknown>, rests: Rests): Promise<RecordOutcome> {
  try {
    const value = await running
    if (isAnswer(value) && value.atRest) rests.add(value.atRest)
    return { ok: true, body: await bytesOf(value) }
  } catch (thrown) {
    return failureOf(thrown, rests)
  }
}

function seriesOf(series: Series | undefined, rests: Rests): RecordSeries | undefined {
  if (!series) return undefined
  return {
    takeBack: () => series.takeBack(),
    ended: series.ended.then(({ begun, done, error }) =>
      done === begun ? { begun, done } : { begun, done, failure: failureOf(error, rests) },
    ),
  }
}

function failureOf(thrown: unknown, rests: Rests): RecordFailure {
  const stuck = LaneStuckError.is(thrown)
  if (stuck) rests.stuck = thrown
  const failure = stuck ? thrown.cause : thrown
  const { errorType, message } = reportError(failure)
  return { ok: false, errorType, message, thrown: failure, last: stuck }
}

/** If the language has logged the error itself, the host's line has only the record's identifier and the message. */
function errorOf(thrown: unknown): Parameters<Log['record']>[2] {
  if (thrown === undefined) return {}
  const { errorType, message, stackTrace, logged } = reportError(thrown)
  return logged ? {} : { error: { errorType, errorMessage: message, stackTrace } }
}
