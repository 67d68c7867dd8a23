import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from './config.ts'
import type { Config } from './config.ts'
import type { HandlerRef, Plugin, PluginEnv } from './contract.ts'
import type { HostEnv } from './env.ts'
import { reportError } from './error-body.ts'
import { HostError, messageOf } from './errors.ts'
import type { HostEnd } from './host-end.ts'
import { Log } from './log.ts'
import { openLogSink } from './log-sink.ts'
import { Poller } from './poller.ts'
import { Registry } from './registry.ts'
import type { BuiltIns } from './registry.ts'
import { findHandler } from './router.ts'
import { RuntimeApi } from './runtime-api.ts'
import type { WireFactory } from './wire/wire.ts'

export interface HostOptions {
  readonly env: HostEnv
  readonly builtIns: BuiltIns
  /** A configuration file in place of the one looked up in the task root. */
  readonly configFile?: string
  /** Where log records go: a descriptor (1 on Lambda, 2 at the desk) or a function that takes each finished record. */
  readonly logTo: number | ((record: string) => void)
  /** Outside Lambda: the configuration's concurrency counts. */
  readonly atDesk?: boolean
}

/** What was made in the init phase. */
interface Ready {
  readonly plugin: Plugin
  readonly pluginEnv: PluginEnv
  readonly handler: HandlerRef
  readonly concurrency: number
  readonly openWire: WireFactory
}

/** The loop: init, pollers, dispatch, shutdown. The one file that sees all the others. */
export class Host {
  readonly #options: HostOptions
  readonly #log: Log
  readonly #pollers: Poller[] = []
  #plugin: { readonly plugin: Plugin; readonly env: PluginEnv } | undefined
  #tmp: string | undefined
  #closing: Promise<void> | undefined

  constructor(options: HostOptions) {
    this.#options = options
    const { env, logTo } = options
    const sink = typeof logTo === 'number' ? openLogSink(env, logTo) : { write: (record: Uint8Array) => logTo(Buffer.from(record).toString()) }
    this.#log = new Log({ format: env.logFormat, sink, ...(env.logLevel && { level: env.logLevel }) })
  }

  /** Serves events until the end; never rejects. */
  async run(): Promise<HostEnd> {
    const { runtimeApi } = this.#options.env
    if (!runtimeApi) {
      return failed('AWS_LAMBDA_RUNTIME_API is not set: this is the runtime loop, which Lambda starts; at the desk use `anyhandler invoke HANDLER`')
    }
    // Errors of the configuration are posted too, so the wire that needs none comes first.
    let openWire: WireFactory
    let api: RuntimeApi | undefined
    try {
      const config = await loadConfig(this.#options.env.taskRoot, this.#options.configFile).catch(async (error: unknown) => {
        api = new RuntimeApi((await loadWire('socket'))(runtimeApi))
        throw error
      })
      openWire = await loadWire(config.transport)
      api = new RuntimeApi(openWire(runtimeApi))
      const ready = await this.#init(config, openWire)
      await this.#snapshot(api, ready)
      if (this.#closing) return { reason: 'closed' }
      return await this.#serve(api, ready)
    } catch (error) {
      return this.#closing ? { reason: 'closed' } : await this.#initFailed(api, error)
    } finally {
      await this.close()
    }
  }

  /** Ends everything: processes, threads, connections. Safe to call at any time, more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  /** Writes to the function's log: something that happened outside an event. */
  log(level: 'WARN' | 'ERROR' | 'FATAL', message: string): void {
    this.#log.record(level, message)
  }

  async #init(config: Config, openWire: WireFactory): Promise<Ready> {
    const { env, builtIns, atDesk } = this.#options
    const taskRoot = resolveTaskRoot(env.taskRoot)
    const registry = new Registry(builtIns, config, taskRoot)
    const handler = findHandler(env.handler, { taskRoot, languages: registry.languages, handlers: config.handlers })
    const plugin = await registry.load(handler.plugin)
    const concurrency = atDesk && !env.managedInstances ? config.concurrency : env.maxConcurrency
    this.#tmp = mkdtempSync(join(tmpdir(), 'anyhandler-'))
    const pluginEnv: PluginEnv = {
      taskRoot,
      handlers: [handler],
      concurrency,
      variables: env.variables,
      tmp: this.#tmp,
      log: (line, about) => this.#log.write(line, about),
    }
    this.#plugin = { plugin, env: pluginEnv }
    await plugin.setup(pluginEnv)
    return { plugin, pluginEnv, handler, concurrency, openWire }
  }

  async #snapshot(api: RuntimeApi, { plugin, pluginEnv }: Ready): Promise<void> {
    if (!this.#options.env.snapStart) return
    try {
      await plugin.beforeSnapshot?.(pluginEnv)
    } catch (error) {
      throw new HostError('Runtime.BeforeSnapshotError', messageOf(error), { cause: error })
    }
    await api.restoreNext()
    // The connection was made in another life.
    api.close()
    try {
      await plugin.afterRestore?.(pluginEnv)
    } catch (error) {
      throw new HostError('Runtime.AfterRestoreError', messageOf(error), { cause: error })
    }
  }

  async #serve(first: RuntimeApi, { plugin, handler, concurrency, openWire }: Ready): Promise<HostEnd> {
    const { runtimeApi, managedInstances } = this.#options.env
    if (!runtimeApi) return { reason: 'closed' }
    for (let i = 0; i < concurrency; i++) {
      const api = i === 0 ? first : new RuntimeApi(openWire(runtimeApi))
      this.#pollers.push(new Poller({ api, plugin, handler, log: this.#log, managedInstances }))
    }
    const ends = this.#pollers.map(async (poller) => {
      const end = await poller.run()
      // One that stops stops all: each finishes the event that it has.
      for (const other of this.#pollers) other.stop()
      return end
    })
    const all = await Promise.all(ends)
    if (all.some((end) => end.reason === 'stuck')) return { reason: 'stuck' }
    return all.find((end) => end.reason === 'failed') ?? { reason: 'closed' }
  }

  async #initFailed(api: RuntimeApi | undefined, error: unknown): Promise<HostEnd> {
    const report = reportError(error)
    const { errorType, message, stackTrace } = report
    this.#log.record('FATAL', `init failed: ${errorType}: ${message}`, { error: { errorType, errorMessage: message, stackTrace } })
    try {
      await (errorType === 'Runtime.AfterRestoreError' ? api?.restoreError(report) : api?.initError(report))
    } catch (refused) {
      // 403: another runtime process was first, or events were already asked for.
      this.#log.record('ERROR', messageOf(refused))
    }
    api?.close()
    return failed(`${errorType}: ${message}`)
  }

  async #shutDown(): Promise<void> {
    for (const poller of this.#pollers) poller.abort(new HostError('Runtime.ShuttingDown', 'the runtime is shutting down'))
    if (this.#plugin) {
      try {
        await this.#plugin.plugin.cleanup(this.#plugin.env)
      } catch (error) {
        this.#log.record('ERROR', `cleanup of the ${this.#plugin.plugin.name} plugin failed: ${messageOf(error)}`)
      }
    }
    for (const poller of this.#pollers) poller.close()
    if (this.#tmp !== undefined) rmSync(this.#tmp, { recursive: true, force: true })
    this.#log.close()
  }
}

/** Only the implementation that is used is loaded. */
async function loadWire(transport: Config['transport']): Promise<WireFactory> {
  if (transport === 'undici') return (await import('./wire/undici.ts')).openUndiciWire
  return (await import('./wire/socket.ts')).openSocketWire
}

function resolveTaskRoot(taskRoot: string): string {
  try {
    return realpathSync(taskRoot)
  } catch (error) {
    throw new HostError('Runtime.InvalidTaskRoot', `the task root ${taskRoot} cannot be opened: ${messageOf(error)}; set LAMBDA_TASK_ROOT or --root to the handlers' folder`)
  }
}

function failed(message: string): HostEnd {
  return { reason: 'failed', exitCode: 1, message }
}
