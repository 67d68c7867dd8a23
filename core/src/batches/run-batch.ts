import { HandlerError, messageOf } from '../errors.ts'
import { answerOf } from './answers.ts'
import type { Outcomes } from './answers.ts'
import type { Batch, BatchKind, EachOptions, RecordOutcome, RunBatch } from './batch.ts'
import { takeApart } from './records.ts'
import type { BatchRecord, TakenApart } from './records.ts'
import { Turns } from './turns.ts'
import type { FailureStops } from './turns.ts'

/** A Node timer of more than 24 days would fire at once. */
const longestTimer = 2 ** 31 - 1

/** See {@link RunBatch}. */
export const runBatch: RunBatch = async (batch) => {
  const taken = takeApart(batch.event, batch.kind)
  const outcomes = await new BatchRun(batch, taken).run()
  return answerOf(batch, taken, outcomes)
}

/** Runs the records of one event, with the parallelism and order that its source allows. */
class BatchRun {
  readonly #batch: Batch
  readonly #records: readonly BatchRecord[]
  readonly #turns: Turns
  readonly #outcomes: (RecordOutcome | undefined)[]
  /** The signals of running records: each record has its own. */
  readonly #underWay = new Set<AbortController>()
  readonly #done = Promise.withResolvers<void>()
  #prepare: ((record: Buffer) => Uint8Array) | undefined
  #timeIsUp = false
  #fault: { readonly error: unknown } | undefined
  /** Durations of records that ended by themselves. Milliseconds. */
  #spent = 0
  #ended = 0

  constructor(batch: Batch, taken: TakenApart) {
    const { records, groupOf } = taken
    this.#batch = batch
    this.#records = records
    this.#turns = new Turns(taken, whatFailureStops(batch.kind, groupOf !== undefined, batch.each))
    this.#outcomes = records.map(() => undefined)
  }

  async run(): Promise<Outcomes> {
    const { endBy, signal, each, kind } = this.#batch
    if (each.unwrap) {
      const { unwrap } = await import('./unwrap.ts')
      this.#prepare = (record) => unwrap(record, kind)
    }
    const timer = setTimeout(() => this.#end(timeIsUp()), Math.min(longestTimer, Math.max(0, endBy - Date.now())))
    const end = (): void => this.#end(signal.reason)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    this.#startMore()
    await this.#done.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    if (this.#fault) throw this.#fault.error
    this.#sayNotStarted()
    return this.#outcomes
  }

  #startMore(): void {
    while (this.#underWay.size < this.#batch.each.parallel && this.#hasTime()) {
      const index = this.#turns.take()
      if (index === undefined) break
      void this.#runOne(index)
    }
    if (this.#underWay.size === 0) this.#done.resolve()
  }

  /** Don't start a record that probably can't finish: its work would be done again. */
  #hasTime(): boolean {
    const average = this.#ended === 0 ? 0 : this.#spent / this.#ended
    this.#timeIsUp ||= Date.now() + average >= this.#batch.endBy
    return !this.#timeIsUp
  }

  async #runOne(index: number): Promise<void> {
    const controller = new AbortController()
    this.#underWay.add(controller)
    const start = Date.now()
    const outcome = await this.#outcomeOf((this.#records[index] as BatchRecord).bytes, controller.signal)
    this.#underWay.delete(controller)
    if (!controller.signal.aborted) {
      this.#spent += Date.now() - start
      this.#ended += 1
    }
    // Ends a producer that still streams for it, because its lane would never be released otherwise.
    if (!outcome.ok && !controller.signal.aborted) controller.abort(outcome.thrown)
    this.#outcomes[index] = outcome
    this.#turns.ended(index, !outcome.ok)
    if (!outcome.ok) {
      if (outcome.last) this.#turns.stop()
      this.#noteFailed(index, outcome)
    }
    this.#startMore()
  }

  async #outcomeOf(record: Buffer, signal: AbortSignal): Promise<RecordOutcome> {
    let prepared: Uint8Array = record
    try {
      if (this.#prepare) prepared = this.#prepare(record)
    } catch (error) {
      return { ok: false, errorType: 'Runtime.UnmarshalError', message: messageOf(error), thrown: error }
    }
    return this.#batch.runOne(prepared, signal)
  }

  #end(reason: unknown): void {
    this.#timeIsUp = true
    for (const controller of this.#underWay) controller.abort(reason)
  }

  /** A record without an identifier can't be reported, so the whole batch must be sent again. */
  #noteFailed(index: number, outcome: RecordOutcome & { readonly ok: false }): void {
    try {
      this.#sayFailed(index, outcome)
    } catch (error) {
      this.#fault ??= { error }
      this.#turns.stop()
    }
  }

  #sayFailed(index: number, { errorType, message, thrown }: RecordOutcome & { readonly ok: false }): void {
    const { label } = (this.#records[index] as BatchRecord).identity
    const which = `record ${index + 1} of ${this.#records.length} (${label})`
    this.#batch.log('ERROR', `${which} failed: ${errorType}: ${message}`, thrown)
  }

  #sayNotStarted(): void {
    const first = this.#outcomes.indexOf(undefined)
    if (first < 0) return
    const count = this.#outcomes.filter((outcome) => outcome === undefined).length
    const { label } = (this.#records[first] as BatchRecord).identity
    const why = this.#timeIsUp ? 'the event ran out of time' : 'an earlier record failed'
    this.#batch.log(
      'WARN',
      `${count} of ${this.#records.length} records were not started, the first is ${first + 1} (${label}): ${why}`,
    )
  }
}

function whatFailureStops(kind: BatchKind, isOrdered: boolean, { onGroupFailed }: EachOptions): FailureStops {
  if (kind === 'kinesis' || kind === 'dynamodb') return 'all'
  if (kind === 'kafka') return 'its group'
  if (!isOrdered) return 'nothing'
  return onGroupFailed === 'continue' ? 'its group' : 'all'
}

function timeIsUp(): HandlerError {
  return new HandlerError({
    errorType: 'Function.Timeout',
    message: 'the event ran out of time before this record was finished',
  })
}
