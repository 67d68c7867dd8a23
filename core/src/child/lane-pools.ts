import { join } from 'node:path'
import type { HandlerRef, PluginEnv } from '../contract.ts'
import { HandlerError, HostError } from '../errors.ts'
import { LanePool } from '../lane/pool.ts'
import { ensurePrivateFolder, removeFolderAside } from '../private-folder.ts'
import { steadyNow } from '../steady-now.ts'
import type { ChildLanguage, DriverCommand } from './child-language.ts'
import { openLog } from './child-log.ts'
import { addWorkers, makeRoom, removeWorkers } from './worker-bound.ts'
import type { Workers } from './worker-bound.ts'
import { UnknownHandlerError } from './lane/child-errors.ts'
import type { Carrier } from './lane/carrier.ts'
import type { ChildLaneOptions } from './lane/child-lane-options.ts'
import { ChildLane } from './lane/child-lane.ts'
import { encodeFields } from './protocol/fields.ts'
import { recordMark } from './protocol/log-output.ts'
import type { HookPhase } from './protocol/messages.ts'
import type { ChildTask } from './protocol/task.ts'

export type ChildPool = LanePool<ChildTask, Buffer>

/** Number in the folders' names, because several languages share the host's private folder. */
let folders = 0

interface Entry {
  readonly workers: Workers
  readonly started: Promise<ChildPool>
  /** The same pool, once it has started. */
  ready?: ChildPool
}

/** Where a lane runs. */
interface LanePlace {
  /** The lane's own. */
  readonly folder: string | undefined
  /** Other events run at the same time. */
  readonly shared: boolean
  /** Its driver is one of several in a process. */
  readonly isCarried: boolean
}

/** The warm drivers of a language: a pool for each handler, opened when the handler is first asked for. */
export class LanePools {
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #pools = new Map<string, Entry>()
  /** Lanes that have not ended. */
  readonly #lanes = new Set<ChildLane>()
  #command: DriverCommand | undefined
  #carrying: DriverCommand | undefined
  /** By the handler's name: the one that takes further lanes, or did last. */
  readonly #carriers = new Map<string, Carrier>()
  /** Carriers that have not ended. */
  readonly #processes = new Set<Carrier>()

  constructor(language: ChildLanguage, env: PluginEnv) {
    this.#language = language
    this.#env = env
  }

  /**
   * @throws errors of the language's `command` and of the driver's start; `notFound` when the driver doesn't know the
   * handler
   */
  of(handler: HandlerRef): Promise<ChildPool> {
    let entry = this.#pools.get(handler.name)
    if (!entry) {
      const onLost = (reason: Error): void =>
        this.#env.log(`a worker of ${handler.name} is replaced: ${reason.message}`, { level: 'WARN' })
      const size = atOnce(handler, this.#env)
      const pool: ChildPool = new LanePool((signal) => this.#openLane(handler, signal, workers), size, { onLost })
      const workers: Workers = { pool, lastUsed: steadyNow() }
      addWorkers(workers)
      const opened: Entry = { workers, started: this.#start(handler, pool, workers) }
      opened.started.then(
        () => (opened.ready = pool),
        () => {},
      )
      entry = opened
      this.#pools.set(handler.name, entry)
    }
    if (this.#env.workers !== undefined) {
      entry.workers.lastUsed = steadyNow()
      // Workers that were still cleaning up when the host last made room.
      void makeRoom(this.#env.workers, entry.workers)
    }
    return entry.started
  }

  /** The pool of a handler, if it has started and workers aren't limited: the fast path. */
  ready({ name }: HandlerRef): ChildPool | undefined {
    return this.#env.workers === undefined ? this.#pools.get(name)?.ready : undefined
  }

  /** True if the language's driver takes several events at once. */
  get takesSeries(): boolean {
    return this.#lanes.size > 0 && [...this.#lanes].every(({ driver }) => driver.takesSeries)
  }

  async runHooks(phase: HookPhase): Promise<void> {
    for (const lane of this.#lanes) {
      if (!lane.alive) continue
      const reply = await lane.hook(phase)
      // The next event or hook must find the lane idle.
      await reply.atRest
      if (!reply.ok) throw new HandlerError({ ...reply.error, logged: this.#language.logsFailures ?? false })
    }
  }

  /** Ends all drivers, also those that are starting. */
  async close(): Promise<void> {
    const open = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(
      open.map(({ workers }) => {
        removeWorkers(workers)
        return workers.pool.close()
      }),
    )
    await Promise.all([...this.#processes].map(({ gone }) => gone))
  }

  async #start(handler: HandlerRef, pool: ChildPool, workers: Workers): Promise<ChildPool> {
    try {
      await pool.start()
      return pool
    } catch (error) {
      this.#pools.delete(handler.name)
      removeWorkers(workers)
      await pool.close()
      throw handler.notFound && isUnknown(error) ? handler.notFound : error
    }
  }

  async #openLane(handler: HandlerRef, signal: AbortSignal, workers: Workers): Promise<ChildLane> {
    if (this.#env.workers !== undefined) await makeRoom(this.#env.workers, workers)
    const language = this.#language
    const env = this.#env
    // Events that run side by side must not meet in the temporary folder.
    const shared = atOnce(handler, env) > 1
    const isCarried = shared && language.carrier !== undefined
    const command = isCarried ? await this.#carrierCommand() : await this.#ownCommand()
    const { ownFolder = false } = language
    const folder = shared || ownFolder ? join(env.tmp, `lane-${(folders += 1)}`) : undefined
    ensurePrivateFolder(env.tmp)
    if (folder !== undefined) ensurePrivateFolder(folder)
    if (folder !== undefined && ownFolder) ensurePrivateFolder(join(folder, 'tmp'))
    const own = shared ? { TMPDIR: folder as string } : {}
    const options = this.#laneOptions(handler, command, { folder: ownFolder ? folder : undefined, shared, isCarried })
    try {
      const lane = isCarried
        ? await this.#carry(handler, options, own, signal)
        : await ChildLane.open({ ...options, variables: { ...options.variables, ...own } }, signal)
      this.#lanes.add(lane)
      void lane.ended.then(() => this.#forget(lane, folder))
      return lane
    } catch (error) {
      if (folder !== undefined) removeFolderAside(folder)
      throw error
    }
  }

  /** Opens a lane in the process that carries those of the handler. */
  async #carry(
    handler: HandlerRef,
    options: ChildLaneOptions,
    variables: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ChildLane> {
    // Loaded by the first handler that needs it.
    const { Carrier } = await import('./lane/carrier.ts')
    let carrier = this.#carriers.get(handler.name)
    if (!carrier?.usable) {
      const { sharesDriver: _, ...leftovers } = options.leftovers
      const opened = new Carrier({ ...options, leftovers }, signal)
      this.#carriers.set(handler.name, (carrier = opened))
      this.#processes.add(opened)
      void opened.gone.then(() => this.#processes.delete(opened))
    }
    return carrier.open(options, variables, signal)
  }

  async #ownCommand(): Promise<DriverCommand> {
    return (this.#command ??= await this.#language.command(this.#env))
  }

  async #carrierCommand(): Promise<DriverCommand> {
    return (this.#carrying ??= await this.#language.carrier!(this.#env))
  }

  #laneOptions(
    handler: HandlerRef,
    { file, args, variables = this.#env.variables, cure = defaultCure(this.#language.name) }: DriverCommand,
    { folder, shared, isCarried }: LanePlace,
  ): ChildLaneOptions {
    const language = this.#language
    const env = this.#env
    const { logsFailures = false, makesRecords = false, keepsChildren = false, outputs, readyMs } = language
    const stray = openLog(makesRecords, env)
    return {
      name: language.name,
      file,
      args,
      variables,
      cure,
      load: encodeFields({
        name: handler.name,
        target: handler.target,
        file: handler.file,
        function: handler.function,
        cause: '1',
        maybe: handler.notFound && '1',
        records: makesRecords ? recordMark : undefined,
        ...language.load?.(handler, env),
        tmp: folder,
      }),
      outputs: Object.keys(outputs),
      cwd: env.taskRoot,
      tmp: env.tmp,
      logsFailures,
      leftovers: {
        keepsChildren: keepsChildren !== false,
        keepsAll: keepsChildren === 'all',
        local: env.local ?? false,
        shared,
        ...(isCarried && { sharesDriver: true }),
      },
      ...(readyMs !== undefined && { readyMs }),
      onSlowLoad(ms) {
        const awaited = `${handler.name} is still being loaded after ${ms / 1000} s: the ${language.name} driver has not said 'loaded'`
        env.log(awaited, { level: 'WARN' })
      },
      onSlowEnd(ms) {
        const problem = `the ${language.name} driver still runs ${ms} ms after the end of its control descriptor`
        env.log(`${problem}, although it should have exited; the host kills it`, { level: 'WARN' })
      },
      // Discards a result that belongs to no event.
      onStray(output, chunk) {
        if (outputs[output] !== 'result') stray.push(chunk)
      },
    }
  }

  /** The driver must have ended, because it would make its folder again. */
  async #forget(lane: ChildLane, folder: string | undefined): Promise<void> {
    this.#lanes.delete(lane)
    await lane.kill()
    if (folder !== undefined) removeFolderAside(folder)
  }
}

/** The number of events, or records of events, of a handler that can run at the same time. */
function atOnce({ parallel = 1 }: HandlerRef, { concurrency }: PluginEnv): number {
  return concurrency * parallel
}

/** True if the driver doesn't know the handler, or there can be no driver. */
function isUnknown(error: unknown): boolean {
  return error instanceof UnknownHandlerError || (HostError.is(error) && error.code === 'Runtime.InterpreterNotFound')
}

function defaultCure(language: string): string {
  return `install it, or name another program in plugins.${language}.options.interpreter`
}
