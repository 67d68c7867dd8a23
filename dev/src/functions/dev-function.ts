import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../instances/instance.ts'
import type { InstanceOptions } from '../instances/instance.ts'
import { failure } from '../instances/job.ts'
import type { Job, Served } from '../instances/job.ts'
import { whyEnded, whyNotStarted } from './broken.ts'
import type { Broken } from './broken.ts'
import type { Entry } from './catalogue.ts'
import { Code } from './code.ts'
import { InstancePool } from './instance-pool.ts'
import type { Member } from './instance-pool.ts'
import type { LoadedReport } from './loaded-report.ts'

export interface FunctionRules {
  readonly root: string
  readonly maxInstances: number
  /** Files that every function depends on. */
  shared(): readonly string[]
  /** The settings of an instance. */
  instance(entry: Entry, report: LoadedReport): InstanceOptions
  /** Its state, its files or its last error have changed. */
  changed(): void
  /** Its code has changed. @param files relative to the root */
  reloaded(files: readonly string[]): void
}

/** Callbacks about the progress of a job. */
export interface Way {
  /** An instance starts for the event, or has received it. */
  taken(instance: Instance, cold: boolean): void
}

interface Waiting {
  readonly job: Job
  readonly way: Way
  resolve(served: Served): void
}

/**
 * The longest wait for a handler that has answered and still works. After it another instance starts, which takes about
 * as long.
 */
const soonMs = 250

/** Even during constant saves an event is answered after this time. */
const patienceMs = 30_000

/** A function with its instances: as many as there are events at once, up to a limit; further events wait. */
export class DevFunction {
  readonly #rules: FunctionRules
  readonly #pool: InstancePool
  readonly #queue: Waiting[] = []
  readonly #code: Code
  #used = false
  #closed = false
  /** No file or configuration makes the function any more. */
  #isGone = false
  #warming: Promise<void> | undefined
  broken: Broken | undefined

  constructor(entry: Entry, rules: FunctionRules) {
    this.#rules = rules
    this.#pool = new InstancePool({
      starting: () => rules.changed(),
      gone: () => {
        rules.changed()
        void this.#dispatch()
      },
    })
    this.#code = new Code(entry, {
      root: rules.root,
      shared: () => rules.shared(),
      renewed: (files) => this.#renewed(files),
      settled: () => this.#warm(),
    })
  }

  get entry(): Entry {
    return this.#code.entry
  }

  get queued(): number {
    return this.#queue.length
  }

  get instances(): number {
    return this.#pool.size
  }

  get state(): 'cold' | 'starting' | 'ready' | 'broken' {
    if (this.broken) return 'broken'
    if (this.#pool.starting > 0) return 'starting'
    return this.#pool.size > 0 ? 'ready' : 'cold'
  }

  /** Absolute paths of the files whose change affects the function. */
  get files(): readonly string[] {
    return this.#code.files
  }

  /** Folders in which one of its files lies, or may come to lie. */
  get folders(): readonly string[] {
    return this.#code.folders
  }

  /** Serves an event; waits for a free instance if it must. */
  run(job: Job, way: Way): Promise<Served> {
    this.#used = true
    const { promise, resolve } = Promise.withResolvers<Served>()
    this.#queue.push({ job, way, resolve })
    void this.#dispatch()
    return promise
  }

  /**
   * Checks if its files have changed. If so, its instances are replaced; busy ones end after their event.
   * @param entry undefined if there is no such function any more, which is then started by an event only
   */
  look(entry: Entry | undefined): void {
    this.#isGone = entry === undefined
    this.#code.look(entry)
  }

  /** Ends all instances; waiting events get no answer. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#pool.close()
  }

  #renewed(files: readonly string[]): void {
    this.#pool.endFree()
    this.#rules.changed()
    if (files.length > 0) this.#rules.reloaded(files)
  }

  /** Resolves when an instance with the new code is ready for the next event, or its error is known. */
  #warm(): void {
    const isNeeded = this.#used && !this.#isGone && !this.#closed && this.#queue.length === 0
    if (!isNeeded || this.#warming || this.#code.settling || this.#pool.starting > 0 || this.#pool.size > 0) return
    this.#warming = this.#startWarm()
      .catch((error: unknown) => this.#notStarted(error))
      .finally(() => (this.#warming = undefined))
  }

  async #startWarm(): Promise<void> {
    const member = await this.#start()
    if (await member.instance.ready()) this.#succeeded(member)
    else await this.#failed(member)
    member.busy = false
    this.#rest(member)
  }

  async #dispatch(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      if (this.#code.settling) await this.#code.settling
      else if (this.#code.isFresh || !this.#code.look()) {
        const { free } = this.#pool
        if (free) this.#serve(free, this.#queue.shift() as Waiting, false)
        else if (this.#comingFree) await this.#comingFree
        else if (this.#pool.size + this.#pool.starting < this.#rules.maxInstances) await this.#serveNew()
        else return
      }
    }
  }

  /** An instance that will be free soon, so that no other one must start. */
  get #comingFree(): Promise<void> | undefined {
    return this.#warming ?? this.#pool.resting
  }

  /**
   * A save may have happened during the start, so the instance may have read half of a file: ignore its loaded files
   * and its failure.
   */
  async #serveNew(): Promise<void> {
    const waiting = this.#queue.shift() as Waiting
    const startFor = async ({ job, way }: Waiting): Promise<Member> => {
      const member = await this.#start()
      member.instance.expect(job.id)
      way.taken(member.instance, true)
      await member.instance.started
      return member
    }
    try {
      let member = await startFor(waiting)
      const until = Date.now() + patienceMs
      while (!this.#closed && Date.now() < until) {
        if (!this.#code.look() && member.generation === this.#code.generation) break
        this.#pool.end(member)
        await this.#code.settling
        if (this.#closed) return
        member = await startFor(waiting)
      }
      this.#serve(member, waiting, true)
    } catch (error) {
      this.#notStarted(error)
      waiting.resolve({ ...failure('Runtime.InvalidEnvironment', error), answeredAt: Date.now() })
    }
  }

  /** No instance could be started, because its variables can't be read, or no port or folder is available. */
  #notStarted(error: unknown): void {
    this.broken = whyNotStarted(error)
    this.#rules.changed()
  }

  #start(): Promise<Member> {
    const { generation, entry } = this.#code
    return this.#pool.start(generation, (report) => this.#rules.instance(entry, report))
  }

  #serve(member: Member, { job, way, resolve }: Waiting, cold: boolean): void {
    member.busy = true
    if (!cold) way.taken(member.instance, false)
    void member.instance.serve(job).then(async (served) => {
      if (served.kind === 'initError' || (cold && served.deliveredAt === undefined)) await this.#failed(member)
      else this.#succeeded(member)
      resolve(served)
      // Callers that wait for `resting` must find the member free, not only at rest.
      const free = member.instance.atRest().then(() => {
        member.busy = false
        this.#rest(member)
      })
      member.resting = Promise.race([free, sleep(soonMs, undefined, { ref: false })])
      await member.resting
      delete member.resting
    })
  }

  /** The instance is free for the next event, or ends. */
  #rest(member: Member): void {
    if (member.generation !== this.#code.generation) {
      this.#pool.end(member)
      // In the next round of the event loop, because in this one it still counts as warming.
      setImmediate(() => this.#warm())
    } else this.#code.learn(member.report.files(), member.instance.startedAt)
    void this.#dispatch()
  }

  #succeeded({ generation }: Member): void {
    if (!this.broken || generation !== this.#code.generation) return
    this.broken = undefined
    this.#rules.changed()
  }

  async #failed({ instance, generation }: Member): Promise<void> {
    await instance.ended
    if (generation !== this.#code.generation) return
    this.broken = whyEnded(instance)
    this.#rules.changed()
  }
}
