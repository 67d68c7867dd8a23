import { dirname, relative } from 'node:path'
import { Instance } from '../instances/instance.ts'
import type { InstanceOptions } from '../instances/instance.ts'
import type { Job, Served } from '../instances/job.ts'
import { LoadedFiles } from '../watch/loaded-files.ts'
import type { Entry } from './catalogue.ts'
import { openReport } from './loaded-report.ts'
import type { LoadedReport } from './loaded-report.ts'

export interface FunctionRules {
  readonly root: string
  readonly maxInstances: number
  /** Files that every function depends on. */
  shared(): readonly string[]
  /** What an instance is started with. */
  instance(entry: Entry, report: LoadedReport): InstanceOptions
  /** Its state, its files or its last error have changed. */
  changed(): void
  /** Its code is another one now. @param files relative to the root */
  reloaded(files: readonly string[]): void
}

/** What a job is told of its way. */
export interface Way {
  /** An instance starts for it, or has it. */
  taken(instance: Instance, cold: boolean): void
}

/** The last start that failed. */
export interface Broken {
  readonly errorType: string
  readonly message: string
  readonly at: number
}

interface Waiting {
  readonly job: Job
  readonly way: Way
  resolve(served: Served): void
}

/** Members of a pool: its instances of one state of the code. */
interface Member {
  readonly instance: Instance
  readonly report: LoadedReport
  /** The state of the code that it was started with. */
  readonly generation: number
  busy: boolean
}

/** A changed file is taken as finished when it has been left alone for so long: a save may come in several writes. */
const settledMs = 10

/** Who saves all the time gets an answer all the same. */
const mostStarts = 10

/** Between two events that follow each other faster than this nobody saves a file: looking at 300 files takes 2 ms. */
const lookEveryMs = 5

/** A function with its instances: as many as there are events at once, up to a limit; further events wait. */
export class DevFunction {
  readonly #rules: FunctionRules
  readonly #members = new Set<Member>()
  readonly #queue: Waiting[] = []
  readonly #files = new LoadedFiles()
  readonly #ending = new Set<Promise<void>>()
  #entry: Entry
  #generation = 0
  #starting = 0
  #used = false
  #closed = false
  #settling: Promise<void> | undefined
  #warming: Promise<void> | undefined
  #lookedAt = 0
  broken: Broken | undefined

  constructor(entry: Entry, rules: FunctionRules) {
    this.#entry = entry
    this.#rules = rules
    this.#files.reset(this.#sources())
  }

  get entry(): Entry {
    return this.#entry
  }

  get queued(): number {
    return this.#queue.length
  }

  get instances(): number {
    return this.#members.size
  }

  get state(): 'cold' | 'starting' | 'ready' | 'broken' {
    if (this.broken) return 'broken'
    if (this.#starting > 0) return 'starting'
    return this.#members.size > 0 ? 'ready' : 'cold'
  }

  /** Absolute paths. */
  get files(): readonly string[] {
    return this.#files.paths
  }

  /** Folders in which one of its files lies, or may come to lie. */
  get folders(): readonly string[] {
    return [...new Set([...this.files.map((path) => dirname(path)), ...this.#entry.sources.folders])]
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
   * Looks whether something of it has changed; then its instances are replaced, and those that are busy end when they are done.
   * @returns the files that have changed, relative to the root
   */
  look(entry = this.#entry): readonly string[] {
    this.#entry = entry
    this.#lookedAt = performance.now()
    const known = new Set(this.files)
    const further = this.#sources().filter((path) => !known.has(path))
    const changed = [...this.#files.changed(), ...further]
    if (changed.length === 0) return []
    this.#renew()
    const names = changed.map((path) => relative(this.#rules.root, path))
    this.#rules.reloaded(names)
    return names
  }

  /** Ends all instances; what waits for one is never answered. */
  async close(): Promise<void> {
    this.#closed = true
    for (const member of this.#members) this.#end(member)
    await Promise.all(this.#ending)
  }

  #sources(): readonly string[] {
    return [...new Set([...this.#entry.sources.files, ...this.#rules.shared()])]
  }

  /** The code is another one now. */
  #renew(): void {
    this.#generation++
    // Imports of the old code may be gone, and are found again when the new one has started.
    this.#files.reset(new Set([...this.#sources(), ...this.files]))
    for (const member of this.#members) if (!member.busy) this.#end(member)
    this.#settling = this.#settled()
    this.#rules.changed()
    void this.#settling.then(() => this.#warm())
  }

  /** Waits until the saving is over: what was read in the middle of it would be neither the old nor the new code. */
  async #settled(): Promise<void> {
    const generation = this.#generation
    await new Promise((resolve) => setTimeout(resolve, settledMs))
    if (generation === this.#generation) this.look()
    if (generation === this.#generation) this.#settling = undefined
    else await this.#settling
  }

  /** What was in use before the change is ready for the next event, or its error is known. */
  #warm(): void {
    const isNeeded = this.#used && !this.#closed && this.#queue.length === 0
    if (!isNeeded || this.#warming || this.#settling || this.#starting > 0 || this.#members.size > 0) return
    this.#warming = this.#startWarm().finally(() => (this.#warming = undefined))
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
      if (this.#settling) await this.#settling
      else if (performance.now() - this.#lookedAt < lookEveryMs || this.look().length === 0) {
        const free = [...this.#members].find(({ busy, instance }) => !busy && !instance.isOver)
        if (free) this.#serve(free, this.#queue.shift() as Waiting, false)
        else if (this.#warming) await this.#warming
        else if (this.#members.size + this.#starting < this.#rules.maxInstances) await this.#serveNew()
        else return
      }
    }
  }

  /** A start that a save has overtaken may have read half of a file: what it has loaded, or why it has failed, is nobody's. */
  async #serveNew(): Promise<void> {
    const waiting = this.#queue.shift() as Waiting
    const startFor = async ({ job, way }: Waiting): Promise<Member> => {
      const member = await this.#start()
      member.instance.expect(job.id)
      way.taken(member.instance, true)
      await member.instance.started
      return member
    }
    let member = await startFor(waiting)
    for (let left = mostStarts; left > 1 && !this.#closed; left--) {
      if (this.look().length === 0 && member.generation === this.#generation) break
      this.#end(member)
      await this.#settling
      member = await startFor(waiting)
    }
    this.#serve(member, waiting, true)
  }

  async #start(): Promise<Member> {
    this.#starting++
    this.#rules.changed()
    const report = openReport()
    const generation = this.#generation
    try {
      const instance = await Instance.start(this.#rules.instance(this.#entry, report))
      const member: Member = { instance, report, generation, busy: true }
      this.#members.add(member)
      void instance.ended.then(() => this.#gone(member))
      return member
    } finally {
      this.#starting--
    }
  }

  #serve(member: Member, { job, way, resolve }: Waiting, cold: boolean): void {
    member.busy = true
    if (!cold) way.taken(member.instance, false)
    void member.instance.serve(job).then(async (served) => {
      if (served.kind === 'initError' || (cold && served.deliveredAt === undefined)) await this.#failed(member)
      else this.#succeeded(member)
      resolve(served)
      await member.instance.atRest()
      member.busy = false
      this.#rest(member)
    })
  }

  /** It is free: for the next event, or for its end. */
  #rest(member: Member): void {
    if (member.generation !== this.#generation) {
      this.#end(member)
      // After the round in which it is still said to be warming.
      setImmediate(() => this.#warm())
    } else if (this.#files.add(member.report.files(), member.instance.startedAt)) this.#renew()
    void this.#dispatch()
  }

  #succeeded({ generation }: Member): void {
    if (!this.broken || generation !== this.#generation) return
    this.broken = undefined
    this.#rules.changed()
  }

  async #failed({ instance, generation }: Member): Promise<void> {
    await instance.ended
    if (generation !== this.#generation) return
    this.broken = { ...errorOf(instance), at: Date.now() }
    this.#rules.changed()
  }

  #end(member: Member): void {
    this.#members.delete(member)
    const ending = member.instance.close()
    this.#ending.add(ending)
    void ending.then(() => this.#ending.delete(ending))
  }

  #gone(member: Member): void {
    member.report.close()
    if (!this.#members.delete(member)) return
    this.#rules.changed()
    void this.#dispatch()
  }
}

function errorOf({ initError }: Instance): { readonly errorType: string; readonly message: string } {
  if (!initError) return { errorType: 'Runtime.ExitError', message: 'the runtime ended before it asked for an event' }
  const { body, errorType = 'Runtime.Unknown' } = initError
  try {
    const { errorMessage } = JSON.parse(body.toString()) as { readonly errorMessage?: unknown }
    return { errorType, message: String(errorMessage) }
  } catch {
    return { errorType, message: body.toString() }
  }
}
