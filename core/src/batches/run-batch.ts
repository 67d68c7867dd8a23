import { HandlerError, messageOf } from '../errors.ts'
import { answerOf } from './answers.ts'
import type { Outcomes } from './answers.ts'
import type { Batch, BatchKind, EachOptions, RecordFailure, RecordOutcome, RecordSeries, RunBatch } from './batch.ts'
import { longestSeries, Pace } from './pace.ts'
import { takeApart } from './records.ts'
import type { BatchRecord, TakenApart } from './records.ts'
import { Turns } from './turns.ts'
import type { FailureStops } from './turns.ts'

/** A Node timer of more than 24 days would fire at once. */
const longestTimer = 2 ** 31 - 1
const noAnswer = new Uint8Array()

/** See {@link RunBatch}. */
export const runBatch: RunBatch = async (batch) => {
  const taken = takeApart(batch.event, batch.kind)
  const outcomes = await new BatchRun(batch, taken).run()
  return answerOf(batch, taken, outcomes)
}

/** A record, ready for the handler. */
interface Taken {
  readonly index: number
  readonly record: Uint8Array
}

/** A running series and its records, without those that were taken back. */
interface RunningSeries {
  readonly series: RecordSeries
  /** Epoch milliseconds. */
  readonly start: number
  readonly indices: number[]
}

/** Runs the records of one event, with the parallelism and order that its source allows. */
class BatchRun {
  readonly #batch: Batch
  readonly #records: readonly BatchRecord[]
  readonly #turns: Turns
  readonly #pace: Pace
  readonly #outcomes: (RecordOutcome | undefined)[]
  /** The signals of running records: each record has its own. */
  readonly #underWay = new Set<AbortController>()
  readonly #series = new Set<RunningSeries>()
  /** Only success or failure of a record counts, and a failure stops no other record. */
  #mayRunSeries: boolean
  readonly #done = Promise.withResolvers<void>()
  #prepare: ((record: Buffer) => Uint8Array) | undefined
  #timeIsUp = false
  #fault: { readonly error: unknown } | undefined

  constructor(batch: Batch, taken: TakenApart) {
    const { records, groupOf } = taken
    this.#batch = batch
    this.#records = records
    this.#pace = new Pace(batch.endBy)
    const stops = whatFailureStops(batch.kind, groupOf !== undefined, batch.each)
    this.#turns = new Turns(taken, stops)
    this.#mayRunSeries = batch.kind === 'sqs' && stops === 'nothing' && batch.runSeries !== undefined
    this.#outcomes = records.map(() => undefined)
  }

  async run(): Promise<Outcomes> {
    const { endBy, signal, each, kind } = this.#batch
    if (each.unwrap) {
      const { unwrap } = await import('./unwrap.ts')
      this.#prepare = (record) => unwrap(record, kind)
    }
    const timer = setTimeout(() => this.#end(timeIsUp()), timerOf(endBy - Date.now()))
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
      const taken = this.#take(this.#mayRunSeries ? this.#seriesLength() : 1)
      const [first, ...others] = taken
      if (!first) break
      if (others.length > 0 && this.#startSeries(taken)) continue
      this.#turns.giveBack(others.map(({ index }) => index))
      void this.#runOne(first)
    }
    if (this.#underWay.size === 0) this.#done.resolve()
  }

  #hasTime(): boolean {
    this.#timeIsUp ||= this.#pace.msToLastStart <= 0
    return !this.#timeIsUp
  }

  #seriesLength(): number {
    if (this.#turns.left === 0) this.#takeBack(this.#series)
    const now = Date.now()
    let left = this.#turns.left
    for (const { indices, start } of this.#series) left += this.#pace.waiting(indices.length, now - start)
    return this.#pace.seriesLength(left, this.#batch.each.parallel)
  }

  /** The next records, at most so many; if there are none, some of those that wait in a series. */
  #take(most: number): readonly Taken[] {
    const taken: Taken[] = []
    for (let size = 0; taken.length < most && size < longestSeries.bytes;) {
      let index = this.#turns.take()
      if (index === undefined && taken.length === 0 && this.#takeBack(this.#series)) index = this.#turns.take()
      if (index === undefined) break
      const record = this.#prepared(index)
      if (!record) continue
      taken.push({ index, record })
      size += record.length
    }
    return taken
  }

  /** The bytes for the handler. `undefined` if they can't be made: the record has failed. */
  #prepared(index: number): Uint8Array | undefined {
    const { bytes } = this.#records[index] as BatchRecord
    try {
      return this.#prepare ? this.#prepare(bytes) : bytes
    } catch (error) {
      this.#note(index, { ok: false, errorType: 'Runtime.UnmarshalError', message: messageOf(error), thrown: error })
      return undefined
    }
  }

  async #runOne({ index, record }: Taken): Promise<void> {
    const controller = new AbortController()
    this.#underWay.add(controller)
    const start = Date.now()
    const outcome = await this.#batch.runOne(record, controller.signal)
    this.#leave(controller, start, 1)
    // Ends a producer that still streams for it, because its lane would never be released otherwise.
    if (!outcome.ok && !controller.signal.aborted) controller.abort(outcome.thrown)
    this.#note(index, outcome)
    this.#startMore()
  }

  /** @returns false if the handler's worker takes no series */
  #startSeries(taken: readonly Taken[]): boolean {
    const controller = new AbortController()
    const indices = taken.map(({ index }) => index)
    const onFailed = (at: number, failure: RecordFailure): void => this.#note(taken[at]!.index, failure)
    const records = taken.map(({ record }) => record)
    const series = this.#batch.runSeries?.(records, controller.signal, onFailed)
    if (!series) {
      this.#mayRunSeries = false
      return false
    }
    void this.#follow({ series, start: Date.now(), indices }, controller)
    return true
  }

  async #follow(running: RunningSeries, controller: AbortController): Promise<void> {
    const { series, start, indices } = running
    this.#underWay.add(controller)
    this.#series.add(running)
    const lastStart = setTimeout(() => {
      this.#takeBack([running])
      this.#startMore()
    }, timerOf(this.#pace.msToLastStart))
    const { begun, done, failure } = await series.ended
    clearTimeout(lastStart)
    this.#series.delete(running)
    this.#leave(controller, start, begun)
    for (const [at, index] of indices.splice(0, begun).entries()) {
      if (this.#outcomes[index]) continue
      this.#note(index, at < done ? { ok: true, body: noAnswer } : (failure as RecordFailure))
    }
    this.#turns.giveBack(indices)
    this.#startMore()
  }

  /** Takes back the records that have not begun. @returns true if there are some */
  #takeBack(running: Iterable<RunningSeries>): boolean {
    let total = 0
    for (const { series, indices } of running) {
      const count = series.takeBack()
      total += count
      this.#turns.giveBack(indices.splice(indices.length - count))
    }
    return total > 0
  }

  /** A worker has come to rest after so many records. */
  #leave(controller: AbortController, start: number, count: number): void {
    this.#underWay.delete(controller)
    if (!controller.signal.aborted) this.#pace.note(count, Date.now() - start)
  }

  #note(index: number, outcome: RecordOutcome): void {
    this.#outcomes[index] = outcome
    this.#turns.ended(index, !outcome.ok)
    if (outcome.ok) return
    if (outcome.last) this.#stop()
    this.#noteFailed(index, outcome)
  }

  #stop(): void {
    this.#turns.stop()
    this.#takeBack(this.#series)
  }

  #end(reason: unknown): void {
    this.#timeIsUp = true
    for (const controller of this.#underWay) controller.abort(reason)
  }

  /** A record without an identifier can't be reported, so the whole batch must be sent again. */
  #noteFailed(index: number, outcome: RecordFailure): void {
    try {
      this.#sayFailed(index, outcome)
    } catch (error) {
      this.#fault ??= { error }
      this.#stop()
    }
  }

  #sayFailed(index: number, { errorType, message, thrown }: RecordFailure): void {
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

function timerOf(ms: number): number {
  return Math.min(longestTimer, Math.max(0, ms))
}

function timeIsUp(): HandlerError {
  return new HandlerError({
    errorType: 'Function.Timeout',
    message: 'the event ran out of time before this record was finished',
  })
}
