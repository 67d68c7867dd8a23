import type { Instance, InstanceOptions } from '../instances/instance.ts'
import { openReport } from './loaded-report.ts'
import type { LoadedReport } from './loaded-report.ts'

/** An instance with what is known of it. */
export interface Member {
  readonly instance: Instance
  readonly report: LoadedReport
  /** The state of the code that it was started with. */
  readonly generation: number
  busy: boolean
  /** It has answered, and asks for the next event soon. */
  resting?: Promise<void>
}

export interface PoolEvents {
  /** An instance starts. */
  starting(): void
  /** One has ended by itself. */
  gone(): void
}

/** The instances of a function: those that are open, start and end. Which event goes to which one is not its business. */
export class InstancePool {
  readonly #events: PoolEvents
  readonly #members = new Set<Member>()
  readonly #starting = new Set<Promise<Member>>()
  readonly #ending = new Set<Promise<void>>()

  constructor(events: PoolEvents) {
    this.#events = events
  }

  /** Open ones. */
  get size(): number {
    return this.#members.size
  }

  get starting(): number {
    return this.#starting.size
  }

  /** One that can take an event. */
  get free(): Member | undefined {
    return [...this.#members].find(({ busy, instance }) => !busy && !instance.isOver)
  }

  /** Of one that has answered: resolves when it is free, or takes too long. */
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

  /** Ends all, those included that start. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#starting)
    for (const member of this.#members) this.end(member)
    await Promise.all(this.#ending)
  }

  async #open(generation: number, options: (report: LoadedReport) => InstanceOptions): Promise<Member> {
    const report = openReport()
    // Loaded by the first start, not by the server's own.
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
