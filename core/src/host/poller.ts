import { EventAlarm } from '../alarm.ts'
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
import { PluginCall } from './plugin-call.ts'
import type { Shaping } from './shaping.ts'
import { RuntimeApiError } from '../runtime-api.ts'
import type { NextEvent, RuntimeApi } from '../runtime-api.ts'
import { trace, traceBody } from '../trace.ts'
import { pause, settledWithin } from '../waiting.ts'

export interface PollerOptions {
  readonly api: RuntimeApi
  readonly plugin: Plugin
  readonly handler: HandlerRef
  readonly log: Log
  readonly shaping: Pick<Shaping, 'respond'>
  readonly managedInstances: boolean
  /** Called once, when the next event is being asked for. */
  readonly afterFirst?: () => void
}

/** On Managed Instances a failed `/next` is repeated, with the same count and delays as in AWS's own client. */
const retries = 19
const firstPauseMs = 100
const longestPauseMs = 90_000

/** Upper bound for the plugin's clean-up between posting an answer and asking for the next event. Milliseconds. */
const atRestMs = 500

/** Takes event after event over one connection and posts exactly one answer for each. */
export class Poller {
  readonly #options: PollerOptions
  readonly #delivery: Delivery
  readonly #stopped = new EventAlarm()
  readonly #timer = new DeadlineTimer()
  readonly #onStuck = (error: LaneStuckError): void => void this.#stuck(error)
  #afterFirst: (() => void) | undefined
  #waiting = false
  #finishing = false
  #open: OpenInvocation | undefined
  #end: HostEnd | undefined

  constructor(options: PollerOptions) {
    this.#options = options
    const { api, log, managedInstances, afterFirst } = options
    this.#afterFirst = afterFirst
    this.#delivery = new Delivery({ api, log, managedInstances, stopped: this.#stopped })
  }

  /** Serves until the platform, a stuck thread or `stop` ends it; never rejects. */
  async run(): Promise<HostEnd> {
    const { api } = this.#options
    try {
      for (let failures = 0; this.#goesOn;) {
        let event: NextEvent
        this.#waiting = true
        try {
          event = await api.next()
        } catch (error) {
          await this.#bear(error, (failures += 1))
          continue
        } finally {
          this.#waiting = false
        }
        failures = 0
        if (!this.#delivery.hasUnconfirmed || !(await this.#delivery.again(event))) await this.#serve(event)
        if (this.#afterFirst) this.#passFirst(this.#afterFirst)
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#timer.close()
    }
    return this.#end ?? { reason: 'closed' }
  }

  /**
   * Takes no further event after the one it waits for. A connection that waits in `/next` must not be closed: Managed
   * Instances would still send an event to it, and that event would be lost.
   */
  finish(): void {
    this.#finishing = true
  }

  /** Takes no further event; a running event is answered first. */
  stop(): void {
    this.#stopped.abort(undefined)
    if (this.#waiting) this.close()
  }

  /** Takes no further event, and aborts the running one. */
  abort(reason: unknown): void {
    this.stop()
    this.#open?.abort(reason)
  }

  close(): void {
    this.#options.api.close()
  }

  get #goesOn(): boolean {
    return !this.#stopped.aborted && !this.#finishing && !this.#end
  }

  #passFirst(afterFirst: () => void): void {
    this.#afterFirst = undefined
    // By then the next event has been asked for.
    setImmediate(afterFirst)
  }

  /**
   * Decides about a failed `/next`: returns when it may be called again, else throws. @param failures counted from 1
   */
  async #bear(error: unknown, failures: number): Promise<void> {
    if (!this.#goesOn) return
    const { log, managedInstances } = this.#options
    // The connection may have broken while the process was frozen: try once more on a new one.
    const broke = error instanceof RuntimeApiError && error.wire === 'broken'
    if (failures > (managedInstances ? retries : broke ? 1 : 0)) throw error
    const ms = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
    log.record('WARN', `${messageOf(error)}; asking again${managedInstances ? ` in ${ms} ms` : ''}`)
    if (managedInstances) await pause(ms, this.#stopped)
  }

  async #serve(event: NextEvent): Promise<void> {
    const { plugin, handler, shaping } = this.#options
    trace.host?.(`event ${event.id}: ${event.body.length} bytes${traceBody(event.body, true)}`)
    let open: OpenInvocation | undefined
    let call: PluginCall | undefined
    let atRest: Promise<unknown> | undefined
    try {
      open = openInvocation(event, handler, plugin, this.#timer)
      this.#open = open
      const { invocation } = open
      call = new PluginCall(plugin, open, this.#onStuck)
      const value = call.value instanceof Promise ? await (call.value as Promise<unknown>) : call.value
      if (isAnswer(value) && value.atRest) {
        atRest = Promise.resolve(value.atRest)
        // It may reject before the answer is sent, when no code awaits it yet; Node would end the process.
        atRest.catch((error: unknown) => void (LaneStuckError.is(error) && this.#stuck(error)))
      }
      const shaped = shaping.respond(value, invocation)
      const outgoing = shaped instanceof Promise ? await shaped : shaped
      await this.#delivery.respond(event, outgoing, open, (thrown) => this.#failure(thrown, invocation))
    } catch (thrown) {
      // A stream without a reader may still be running, so its producer must end.
      open?.abort(thrown)
      if (thrown instanceof PlatformStop) throw thrown
      await this.#delivery.fail(event, this.#failure(thrown, open?.invocation), open?.invocation)
    } finally {
      open?.close()
      this.#open = undefined
    }
    trace.host?.(`event ${event.id}: answered${atRest || call?.running ? ', and the plugin is cleaning up' : ''}`)
    if (call?.running) atRest = call.ended
    // The platform freezes the process between events, so later clean-up would delay the next event.
    if (atRest) await settledWithin(atRest, atRestMs)
  }

  #failure(thrown: unknown, invocation: Invocation | undefined): ErrorReport {
    const report = reportError(LaneStuckError.is(thrown) ? this.#stuck(thrown) : thrown)
    const { errorType, message, stackTrace, logged } = report
    if (!logged) {
      const { name } = (invocation ?? this.#options).handler
      this.#options.log.record('ERROR', `${name} failed: ${errorType}: ${message}`, {
        ...(invocation && { invocation }),
        error: { errorType, errorMessage: message, stackTrace },
      })
    }
    return report
  }

  #stuck(error: LaneStuckError): unknown {
    this.#end = { reason: 'stuck', asked: false }
    return error.cause ?? new HandlerError({ errorType: 'Function.Timeout', message: error.message })
  }

  #fail(error: unknown): void {
    this.#end ??= { reason: 'failed', exitCode: 1, message: messageOf(error) }
  }
}
