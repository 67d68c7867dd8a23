import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LocalFunction } from '@anyhandler/core/testing'
import { loadConfig } from '@anyhandler/core/host'
import type { BuiltIns } from '@anyhandler/core/host'
import { builtIns } from '../../built-ins.ts'
import { describeFailure } from '../../invoke/failure.ts'
import { DatabaseFault, Databases } from './databases.ts'
import { dataOf, tmpOf } from './job.ts'
import type { Job, JobResult, JobStep, StepResult, WorkerSettings } from './job.ts'

/**
 * Languages whose warm workers keep nothing of an event: cases may share one. In SQL, unless the author has functions
 * of his own.
 */
const forgetful = new Set(['bash', 'sql'])
const mostFunctions = 8

interface Open {
  readonly local: LocalFunction
  /** Languages that it has loaded. */
  readonly loaded: ReadonlySet<string>
  readonly timeoutMs: number
}

/** Runs cases one after the other. A function stays warm if the next case can't notice it. */
export class CaseWorker {
  readonly #settings: WorkerSettings
  readonly #databases: Databases
  readonly #open = new Map<string, Open>()
  #hasForeignPlugins: boolean | undefined

  constructor(settings: WorkerSettings) {
    this.#settings = settings
    for (const folder of [tmpOf(settings.folder), dataOf(settings.folder)]) mkdirSync(folder, { recursive: true })
    this.#databases = new Databases(settings.root, dataOf(settings.folder))
  }

  async run(job: Job): Promise<JobResult> {
    const steps: StepResult[] = []
    try {
      await this.#prepare(job)
      for (const step of job.steps) steps.push(await this.#step(step, job))
      return { steps, stuck: this.#isStuck() }
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error
      return { steps, fault: error.message, stuck: this.#isStuck() }
    } finally {
      if (!this.#isStuck()) await this.#forget(job)
    }
  }

  async close(): Promise<void> {
    await this.#closeAll()
    this.#databases.close()
  }

  async #prepare(job: Job): Promise<void> {
    const tmp = tmpOf(this.#settings.folder)
    for (const name of readdirSync(tmp))
      // A warm host has its own folder there.
      if (this.#open.size === 0 || !name.startsWith('anyhandler-'))
        rmSync(join(tmp, name), { recursive: true, force: true })
    for (const { path, content } of job.files) {
      mkdirSync(dirname(join(tmp, path)), { recursive: true })
      writeFileSync(join(tmp, path), content)
    }
    const { database, steps } = job
    if (!database) return
    const first = (): Promise<void> => this.#start((steps[0] as JobStep).handler, job)
    const isOwn = database.from !== undefined || database.migratedTo !== undefined
    if (isOwn) {
      // The plugin's options name the database files; they are known after the start of the function.
      if (!this.#databases.isKnown) await first()
      await this.#closeAll()
      await this.#databases.begin(database)
      // The data before the migrations is the state that they must handle.
      if (database.run !== undefined) await this.#databases.run(database.run)
      return
    }
    await first()
    if (database.run !== undefined) await this.#databases.run(database.run)
  }

  async #start(handler: string, { timeoutMs }: Job): Promise<void> {
    await this.#functionOf(handler, timeoutMs).start()
    await this.#databases.started()
  }

  async #step({ handler, event, files, queries }: JobStep, job: Job): Promise<StepResult> {
    await this.#start(handler, job)
    const local = this.#functionOf(handler, job.timeoutMs)
    // A function that could not start tries again with the event, as on Lambda: its log is that of the event.
    const before = local.log.length
    const started = performance.now()
    const outcome = await local.invoke(event, {})
    const durationMs = performance.now() - started
    const { body, contentType, streamed, failed } = outcome
    const rows: Record<string, StepResult['rows'][string]> = {}
    for (const query of queries) rows[query] = await this.#rows(query)
    return {
      body,
      ...(contentType !== undefined && { contentType }),
      streamed,
      failed,
      ...(failed && { error: errorOf(outcome) }),
      log: local.log.slice(before),
      files: Object.fromEntries(files.map((path) => [path, this.#read(path)])),
      rows,
      durationMs,
    }
  }

  async #rows(query: string): Promise<StepResult['rows'][string]> {
    try {
      return await this.#databases.query(query)
    } catch (error) {
      if (error instanceof DatabaseFault) return { error: error.message }
      throw error
    }
  }

  #read(path: string): Uint8Array | null {
    try {
      return readFileSync(join(tmpOf(this.#settings.folder), path))
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (['ENOENT', 'ENOTDIR'].includes(code)) return null
      throw error
    }
  }

  #functionOf(handler: string, timeoutMs: number): LocalFunction {
    const known = this.#open.get(handler)
    if (known) return known.local
    const { root, variables, configFile, functionArn } = this.#settings
    const loaded = new Set<string>()
    const local = new LocalFunction({
      root,
      handler,
      variables,
      languages: this.#languages(loaded),
      timeoutMs,
      ...(configFile !== undefined && { configFile }),
      ...(functionArn !== undefined && { functionArn }),
    })
    this.#open.set(handler, { local, loaded, timeoutMs })
    return local
  }

  /** The command's languages; each notes that it was loaded. */
  #languages(loaded: Set<string>): BuiltIns {
    const noted = Object.entries(builtIns).map(([name, language]) => {
      const moved = name === 'sql' ? this.#databases.moved(language) : language
      const load: typeof moved.load = () => {
        loaded.add(name)
        return moved.load()
      }
      return [name, { ...moved, load }] as const
    })
    return Object.fromEntries(noted)
  }

  /** Closes everything that the next case could notice, and restores the databases. */
  async #forget({ shared, timeoutMs }: Job): Promise<void> {
    this.#hasForeignPlugins ??= await this.#lookForForeignPlugins()
    if (this.#databases.mustClose) await this.#closeAll()
    else {
      const kept = [...this.#open].filter(([, one]) => one.timeoutMs === timeoutMs && (shared || this.#forgets(one)))
      const keep = new Set(kept.slice(-mostFunctions).map(([handler]) => handler))
      await this.#close([...this.#open.keys()].filter((handler) => !keep.has(handler)))
    }
    await this.#databases.restore()
  }

  #forgets({ loaded }: Open): boolean {
    if (this.#hasForeignPlugins || (this.#databases.hasFunctions && loaded.has('sql'))) return false
    return loaded.size > 0 && [...loaded].every((name) => forgetful.has(name))
  }

  /** An external plugin may keep anything. */
  async #lookForForeignPlugins(): Promise<boolean> {
    const { root, configFile } = this.#settings
    try {
      const { plugins } = await loadConfig(root, configFile)
      return Object.values(plugins).some((plugin) => plugin !== false && plugin.package !== undefined)
    } catch {
      // The function could not start either.
      return false
    }
  }

  #isStuck(): boolean {
    return [...this.#open.values()].some(({ local }) => local.isStuck)
  }

  #closeAll(): Promise<void> {
    return this.#close([...this.#open.keys()])
  }

  async #close(handlers: readonly string[]): Promise<void> {
    const closing = handlers.map((handler) => this.#open.get(handler)?.local.close())
    for (const handler of handlers) this.#open.delete(handler)
    await Promise.all(closing)
  }
}

function errorOf(outcome: Parameters<typeof describeFailure>[0]): { readonly type: string; readonly message: string } {
  const { errorType, errorMessage } = describeFailure(outcome)
  return { type: errorType, message: errorMessage }
}
