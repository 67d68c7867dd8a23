import type { Invocation, PluginEnv, Series, SeriesEnd } from '../contract.ts'
import type { TaskFailure } from '../lane/lane.ts'
import { brokenFailure, failureOf } from './child-failure.ts'
import { contextLines } from './child-invocation.ts'
import type { ChildLanguage } from './child-language.ts'
import { EventLog } from './event-log.ts'
import type { ChildPool } from './lane-pools.ts'
import { encodeFields } from './protocol/fields.ts'
import type { ChildTask, SeriesDriver, TaskSeries } from './protocol/task.ts'

const nothing = new Uint8Array()

/** Several events in a child, one after the other; only their success or failure counts. */
export class ChildSeries implements ChildTask, TaskSeries, Series {
  readonly event = nothing
  readonly events: readonly Uint8Array[]
  readonly further: string
  readonly series = this
  readonly ended: Promise<SeriesEnd>
  readonly #language: ChildLanguage
  readonly #invocation: Invocation
  readonly #log: EventLog
  readonly #onFailed: (index: number, error: unknown) => void
  /** Set while it may begin with further events. */
  #driver: SeriesDriver | undefined
  /** Events that have begun, or may still begin. */
  #given = 0
  #done: number | undefined

  constructor(
    { language, env, invocation }: { language: ChildLanguage; env: PluginEnv; invocation: Invocation },
    events: readonly Uint8Array[],
    onFailed: (index: number, error: unknown) => void,
    pool: ChildPool | Promise<ChildPool>,
  ) {
    this.#language = language
    this.#invocation = invocation
    this.#log = new EventLog(language, env, invocation)
    this.#onFailed = onFailed
    this.events = events
    const further = language.context?.(invocation)
    this.further = further ? encodeFields(further) : ''
    this.ended = this.#run(pool)
  }

  async #run(pool: ChildPool | Promise<ChildPool>): Promise<SeriesEnd> {
    try {
      const ready = pool instanceof Promise ? await pool : pool
      await ready.run(this, { signal: this.#invocation.alarm ?? this.#invocation.signal })
      this.#log.flush()
      return { begun: this.#given, done: this.#given }
    } catch (thrown) {
      this.#log.flush()
      // At least one event has the error, or the series would be tried for ever.
      const begun = Math.max(1, this.#given)
      return { begun, done: Math.min(this.#done ?? begun, begun - 1), error: this.#errorOf(thrown) }
    }
  }

  /** The error of the events that were not done. */
  #errorOf(thrown: unknown): unknown {
    const broken = brokenFailure(thrown)
    if (!broken) return thrown
    if (this.#done === undefined || this.#done >= this.#given)
      return failureOf(this.#language, broken, this.#log.tail, false)
    // The driver has ended the series without them, so the last lines of the log are of others.
    const message = `it was claimed, but perhaps not run: ${broken.message}`
    return failureOf(this.#language, { ...broken, message }, [], false)
  }

  takeBack(): number {
    return this.#takeBack(0)
  }

  /** @param done so many have certainly begun */
  #takeBack(done: number): number {
    const count = this.#driver?.takeBack() ?? 0
    // With more than there can be, the handler has written claims itself, and nobody knows how many are real.
    if (count > this.#given - done) return 0
    this.#given -= count
    return count
  }

  begin(driver: SeriesDriver): void {
    this.#driver = driver
    this.#given = this.events.length
    this.#done = undefined
  }

  end(done?: number): number {
    this.#takeBack(done ?? 0)
    this.#driver = undefined
    this.#done ??= done
    return this.#given
  }

  onFailed(index: number, failure: TaskFailure): void {
    // The event's own output comes before the line about its failure.
    this.#driver?.readOutputs()
    this.#log.flush()
    this.#onFailed(index, failureOf(this.#language, failure, this.#log.tail))
  }

  context(): string {
    return contextLines(this.#invocation)
  }

  onHead(): void {}

  onOutput(output: string, chunk: Buffer): void {
    this.#log.of(output).push(chunk)
  }
}
