import { loadConfig } from '../config/config.ts'
import type { Plugin, PluginEnv } from '../contract.ts'
import { reportError, reportErrorAs } from '../response/error-body.ts'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import { InternalExtension } from './extension.ts'
import { findPlugin } from './find-plugin.ts'
import type * as FewEvents from './few-events.ts'
import type { Found } from './found.ts'
import type { HostEnd } from './host-end.ts'
import type { HostOptions } from './host-options.ts'
import { Log } from '../log/log.ts'
import type { LogSink } from '../log/log.ts'
import { localSink, openLogSink, writeFully } from '../log/log-sink.ts'
import { runsOwnCode } from './own-code.ts'
import { Poller } from './poller.ts'
import { askAhead, RuntimeApi } from '../runtime-api.ts'
import { passSnapshot, SnapshotHookError } from './snapshot.ts'
import { inheritWire, loadWire } from './load-wire.ts'
import { startTracing, trace } from '../trace.ts'
import { settledWithin } from '../waiting.ts'
import type { WireAddress, WireFactory } from '../wire/wire.ts'
import { removeFolder } from '../private-folder.ts'

/** Upper bound for the wait for running answers at the end of the host. */
const lastAnswersMs = 150

/** The life of a function: init, pollers, shutdown. */
export class Host {
  readonly #options: HostOptions
  readonly #log: Log
  readonly #pollers: Poller[] = []
  #serving: Promise<unknown> | undefined
  #plugin: { readonly plugin: Plugin; readonly env: PluginEnv } | undefined
  #extension: InternalExtension | undefined
  /** Connection used during init only; `close()` drops it to unblock a pending call. */
  #waiting: RuntimeApi | undefined
  #tmp: string | undefined
  #closing: Promise<void> | undefined
  /** Loaded during the setup of the plugin; used before and after the first event. */
  #fewEvents: Promise<typeof FewEvents> | undefined

  constructor(options: HostOptions) {
    this.#options = options
    const { env, logTo, local } = options
    if (env.trace) startTracing(env.trace, (line) => writeFully(2, Buffer.from(line)))
    let sink: LogSink
    if (typeof logTo === 'function') sink = { write: (record) => logTo(Buffer.from(record).toString()) }
    else sink = local ? localSink(logTo) : openLogSink(env, logTo)
    this.#log = new Log({ format: env.logFormat, sink, ...(env.logLevel && { level: env.logLevel }) })
  }

  /** Serves events until the end; never rejects. */
  async run(): Promise<HostEnd> {
    const { runtimeApi } = this.#options.env
    if (!runtimeApi) return { reason: 'failed', exitCode: 1, message: noRuntimeApi }
    const end = await this.#live(runtimeApi)
    await this.close()
    // Releases objects that were created while `close()` was already running.
    await this.#release()
    return end
  }

  /** Ends everything: processes, threads, connections. Safe to call at any time, more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  /** Removes the private folder without waiting: for a process that must end before {@link close} has finished. */
  abandon(): void {
    const tmp = this.#tmp
    this.#tmp = undefined
    try {
      if (tmp !== undefined) removeFolder(tmp)
    } catch {
      // A process still writes into the folder; the next host removes it.
    }
  }

  /** Writes a record to the function's log that belongs to no event. */
  log(level: 'WARN' | 'ERROR' | 'FATAL', message: string): void {
    this.#log.record(level, message)
  }

  async #live(runtimeApi: WireAddress): Promise<HostEnd> {
    let api: RuntimeApi | undefined
    try {
      this.#options.prepare?.()
      const config = await loadConfig(this.#options.env.taskRoot, this.#options.configFile)
      const found = await findPlugin(this.#options, config, this.#log)
      this.#tmp = found.pluginEnv.tmp
      trace.host?.(
        `'${found.handler.name}' is run by the ${found.plugin.name} plugin from ${found.handler.file ?? 'no file'}`,
      )
      const settingUp = this.#setUp(found)
      // The rejection is handled below, once the connection exists that reports it.
      settingUp.catch(() => {})
      const openWire = await loadWire(config.transport)
      const { replaced, extension, snapStart } = this.#options.env
      api = new RuntimeApi(replaced === 'asked' ? await inheritWire(runtimeApi, openWire) : openWire(runtimeApi))
      api.open()
      this.#waiting = api
      const { builtIns, replaceable } = this.#options
      if (replaceable && runsOwnCode(found.pluginEnv.handlers, builtIns, config))
        this.#fewEvents = import('./few-events.ts')
      await this.#limited(settingUp, found)
      trace.host?.(`the ${found.plugin.name} plugin is set up`)
      if (extension && !replaced) this.#extension = await InternalExtension.register(openWire(runtimeApi))
      if (snapStart && !replaced) await passSnapshot(api, found.plugin, found.pluginEnv)
      this.#waiting = undefined
      return this.#closing ? { reason: 'closed' } : await this.#serve(runtimeApi, api, found, openWire)
    } catch (error) {
      if (this.#closing) return { reason: 'closed' }
      // Errors of the configuration are posted too, through the socket wire, which needs no configuration.
      api ??= new RuntimeApi((await loadWire('socket'))(runtimeApi))
      return this.#initFailed(api, error)
    }
  }

  async #setUp({ plugin, pluginEnv }: Found): Promise<void> {
    this.#plugin = { plugin, env: pluginEnv }
    try {
      await plugin.setup(pluginEnv)
    } finally {
      // `close()` may have cleaned up in the middle of it.
      this.#plugin = { plugin, env: pluginEnv }
    }
  }

  /** @throws HandlerError `Function.Timeout` when the plugin isn't set up in time */
  async #limited(settingUp: Promise<void>, { plugin, handler }: Found): Promise<void> {
    const { setupMs } = this.#options
    if (setupMs !== undefined && !(await settledWithin(settingUp, setupMs))) {
      throw new HandlerError({
        errorType: 'Function.Timeout',
        message: `${handler.name} was not loaded by the ${plugin.name} plugin within ${setupMs / 1000} s`,
      })
    }
    await settingUp
  }

  async #serve(
    runtimeApi: WireAddress,
    first: RuntimeApi,
    { plugin, handler, pluginEnv, shaping }: Found,
    openWire: WireFactory,
  ): Promise<HostEnd> {
    const { managedInstances } = this.#options.env
    const few = await this.#fewEvents
    few?.expectFewEvents()
    const later = few && { afterFirst: () => few.passFirstEvent() }
    for (let i = 0; i < pluginEnv.concurrency; i++) {
      const api = i === 0 ? first : new RuntimeApi(openWire(runtimeApi))
      this.#pollers.push(new Poller({ api, plugin, handler, log: this.#log, shaping, managedInstances, ...later }))
    }
    const ends = this.#pollers.map(async (poller) => {
      const end = await poller.run()
      // When one poller stops, all stop: each finishes the event that it has, or waits for.
      for (const other of this.#pollers) {
        if (end.reason === 'stuck') other.finish()
        if (end.reason === 'failed') other.stop()
      }
      return end
    })
    this.#serving = Promise.all(ends)
    const all = await Promise.all(ends)
    if (all.some((end) => end.reason === 'stuck')) {
      // For the platform an event lasts until the next `/next`, so this call must not wait for the new process to
      // start.
      const asks = this.#options.replaceable && !this.#closing
      return { reason: 'stuck', asked: asks ? await askAhead(runtimeApi) : false }
    }
    const failed = all.find((end) => end.reason === 'failed')
    if (failed) this.#log.record('FATAL', `the runtime ends: ${failed.message}`)
    return failed ?? { reason: 'closed' }
  }

  async #initFailed(api: RuntimeApi, error: unknown): Promise<HostEnd> {
    const hook = error instanceof SnapshotHookError ? error : undefined
    const report = hook ? reportErrorAs(hook.errorType, hook.thrown) : reportError(error)
    const { errorType, message, stackTrace, logged } = report
    if (!logged)
      this.#log.record('FATAL', `init failed: ${errorType}: ${message}`, {
        error: { errorType, errorMessage: message, stackTrace },
      })
    try {
      await (hook?.errorType === 'Runtime.AfterRestoreError' ? api.restoreError(report) : api.initError(report))
    } catch (refused) {
      // 403: another runtime process was first, or events were already asked for.
      this.#log.record('ERROR', messageOf(refused))
    }
    api.close()
    return { reason: 'failed', exitCode: hook?.exitCode ?? 1, message: `${errorType}: ${message.split('\n', 1)[0]}` }
  }

  async #shutDown(): Promise<void> {
    const reason = new HostError('Runtime.ShuttingDown', { problem: 'the runtime is shutting down' })
    for (const poller of this.#pollers) poller.abort(reason)
    this.#waiting?.close()
    await Promise.all([this.#serving && settledWithin(this.#serving, lastAnswersMs), this.#release()])
    for (const poller of this.#pollers) poller.close()
    this.#extension?.close()
    await this.#log.close()
  }

  async #release(): Promise<void> {
    const open = this.#plugin
    this.#plugin = undefined
    try {
      await open?.plugin.cleanup(open.env)
    } catch (error) {
      this.#log.record('ERROR', `cleanup of the ${open?.plugin.name} plugin failed: ${messageOf(error)}`)
    }
    this.abandon()
  }
}

/** Written to standard error, because this process has no log. */
const noRuntimeApi =
  'AWS_LAMBDA_RUNTIME_API is not set: this is the runtime loop, which Lambda starts; locally, use `anyhandler invoke HANDLER`'
