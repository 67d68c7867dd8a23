import { isAnswer } from '../answer.ts'
import type { HandlerRef, Invocation, Plugin } from '../contract.ts'
import { DeadlineTimer } from './deadline-timer.ts'
import { Delivery, PlatformStop } from './delivery.ts'
import { reportError } from '../response/error-body.ts'
import type { ErrorReport } from '../response/error-body.ts'
import { HandlerError, messageOf } from '../errors.ts'
import type { HostEnd } from './host-end.ts'
import { openInvocation } from './invocation.ts'
import type { OpenInvocation } from './invocation.ts'
import { LaneStuckError } from '../lane/lane.ts'
import type { Log } from '../log/log.ts'
import { normalise } from '../response/normalise.ts'
import { pause } from './pause.ts'
import { callPlugin } from './plugin-call.ts'
import type { PluginCall } from './plugin-call.ts'
import { RuntimeApiError } from '../runtime-api.ts'
import type { NextEvent, RuntimeApi } from '../runtime-api.ts'

export interface PollerOptions {
  readonly api: RuntimeApi
  readonly plugin: Plugin
  readonly handler: HandlerRef
  readonly log: Log
  readonly managedInstances: boolean
}

/** On Managed Instances a failed `/next` is asked again: as often and as patiently as AWS's own client does. */
const retries = 19
const firstPauseMs = 100
const longestPauseMs = 90_000

/** How long the next event waits for a plugin that has not let go of the last one, whose answer is out. */
const settleMs = 500

/** Takes event after event over one connection and posts exactly one answer for each. */
export class Poller {
  readonly #options: PollerOptions
  readonly #delivery: Delivery
  readonly #stopped = new AbortController()
  readonly #timer = new DeadlineTimer()
  #waiting = false
  #open: OpenInvocation | undefined
  #end: HostEnd | undefined

  constructor(options: PollerOptions) {
    this.#options = options
    const { api, log, managedInstances } = options
    this.#delivery = new Delivery({ api, log, managedInstances, stopped: this.#stopped.signal })
  }

  /** Serves until the platform, a stuck thread or `stop` ends it; never rejects. */
  async run(): Promise<HostEnd> {
    try {
      while (!this.#stopped.signal.aborted && !this.#end) {
        const event = await this.#next()
        if (event && !(await this.#delivery.again(event))) await this.#serve(event)
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#timer.close()
    }
    return this.#end ?? { reason: 'closed' }
  }

  /** No further event; one that is under way is answered first. */
  stop(): void {
    this.#stopped.abort()
    if (this.#waiting) this.close()
  }

  /** No further event, and the one that is under way is given up. */
  abort(reason: unknown): void {
    this.stop()
    this.#open?.abort(reason)
  }

  close(): void {
    this.#options.api.close()
  }

  async #next(): Promise<NextEvent | undefined> {
    const { api, log, managedInstances } = this.#options
    const { signal } = this.#stopped
    for (let attempt = 0, ms = firstPauseMs; ; attempt++, ms = Math.min(ms * 2, longestPauseMs)) {
      this.#waiting = true
      try {
        return await api.next()
      } catch (error) {
        if (signal.aborted) return undefined
        // A connection that broke may have been frozen with the process: one more try, on a new one.
        const broke = error instanceof RuntimeApiError && error.wire === 'broken'
        if (attempt >= (managedInstances ? retries : broke ? 1 : 0)) throw error
        log.record('WARN', `${messageOf(error)}; asking again${managedInstances ? ` in ${ms} ms` : ''}`)
        if (managedInstances) await pause(ms, signal)
        if (signal.aborted) return undefined
      } finally {
        this.#waiting = false
      }
    }
  }

  async #serve(event: NextEvent): Promise<void> {
    const { plugin, handler } = this.#options
    let open: OpenInvocation | undefined
    let call: PluginCall | undefined
    let settled: PromiseLike<void> | undefined
    try {
      open = openInvocation(event, handler, this.#timer)
      this.#open = open
      const { invocation } = open
      call = callPlugin(plugin, open, (error) => this.#stuck(error))
      const value = await call.value
      if (isAnswer(value) && value.settled) settled = quiet(value.settled)
      const outgoing = normalise(value)
      await this.#delivery.respond(event, outgoing, open, (thrown) => this.#failure(thrown, invocation))
    } catch (thrown) {
      if (thrown instanceof PlatformStop) throw thrown
      await this.#delivery.fail(event, this.#failure(thrown, open?.invocation), open?.invocation)
    } finally {
      open?.close()
      this.#open = undefined
    }
    if (call?.running) ({ settled } = call)
    if (settled) await this.#settle(settled)
  }

  /**
   * The answer is out, but the plugin is not done: the next event should find a clean worker, and a stuck thread has to be known of. Between events the platform freezes
   * the process; what was left to do would be on the next one's way.
   */
  async #settle(settled: PromiseLike<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, settleMs)
    })
    await Promise.race([settled, late])
    clearTimeout(timer)
  }

  #failure(thrown: unknown, invocation: Invocation | undefined): ErrorReport {
    const report = reportError(LaneStuckError.is(thrown) ? this.#stuck(thrown) : thrown)
    const { errorType, message, stackTrace, logged } = report
    if (!logged) {
      this.#options.log.record('ERROR', `${this.#options.handler.name} failed: ${errorType}: ${message}`, {
        ...(invocation && { invocation }),
        error: { errorType, errorMessage: message, stackTrace },
      })
    }
    return report
  }

  #stuck(error: LaneStuckError): unknown {
    this.#end = { reason: 'stuck' }
    if (this.#waiting) this.stop()
    return error.cause ?? new HandlerError({ errorType: 'Function.Timeout', message: error.message })
  }

  #fail(error: unknown): void {
    this.#end ??= { reason: 'failed', exitCode: 1, message: messageOf(error) }
  }
}

/** A plugin that could not put itself in order has settled, too. */
async function quiet(settled: PromiseLike<void>): Promise<void> {
  try {
    await settled
  } catch {
    // The next event will tell.
  }
}
