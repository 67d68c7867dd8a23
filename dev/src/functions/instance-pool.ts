import type { Instance, InstanceOptions } from '../instances/instance.ts'
import { openReport } from './loaded-report.ts'
import type { LoadedReport } from './loaded-report.ts'

/** An instance and its data for the pool. */
export interface Member {
  readonly instance: Instance
  readonly report: LoadedReport
  /** The number of the code's state that it was started with. */
  readonly generation: number
  busy: boolean
  /** It has answered, and asks for the next event soon. */
  resting?: Promise<void>
}

export interface PoolEvents {
  /** An instance starts. */
  starting(): void
  /** An instance has ended by itself. */
  gone(): void
}

/** The instances of a function: starting, open and ending ones. It does not decide which instance gets an event. */
export class InstancePool {
  readonly #events: PoolEvents
  readonly #members = new Set<Member>()
  readonly #starting = new Set<Promise<Member>>()
  readonly #ending = new Set<Promise<void>>()

  constructor(events: PoolEvents) {
    this.#events = events
  }

  /** The number of open instances. */
  get size(): number {
    return this.#members.size
  }

  get starting(): number {
    return this.#starting.size
  }

  /** An instance that can take an event. */
  get free(): Member | undefined {
    return [...this.#members].find(({ busy, instance }) => !busy && !instance.isOver)
  }

  /** For an instance that has answered: resolves when it is free, or takes too long. */
  get resting(): Promise<void> | undefined {
    return [...this.#members].find(({ resting }) => resting)?.resting
  }

  /** @param generation of the code that it loads */
  start(generation: number, options: (report: LoadedReport) => InstanceOptions): Promise<Member> {
    const starting = this.#open(generation, options).finally(() => this.#starting.delete(starting))
    this.#starting.add(starting)
    this.#events.starting()
    return starting
  }

  end(member: Member): void {
    this.#members.delete(member)
    const ending = member.instance.close()
    this.#ending.add(ending)
    void ending.then(() => this.#ending.delete(ending))
  }

  endFree(): void {
    for (const member of this.#members) if (!member.busy) this.end(member)
  }

  /** Ends all instances, also those that are starting. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#starting)
    for (const member of this.#members) this.end(member)
    await Promise.all(this.#ending)
  }

  async #open(generation: number, options: (report: LoadedReport) => InstanceOptions): Promise<Member> {
    const report = openReport()
    // Loaded with the first instance, so that the server's own start doesn't pay for it.
    const { Instance: Started } = await import('../instances/instance.ts')
    const instance = await Started.start(options(report))
    const member: Member = { instance, report, generation, busy: true }
    this.#members.add(member)
    void instance.ended.then(() => this.#gone(member))
    return member
  }

  #gone(member: Member): void {
    member.report.close()
    if (this.#members.delete(member)) this.#events.gone()
  }
}
