import { setTimeout as sleep } from 'node:timers/promises'
import type { HandlerRef, Invocation, Plugin } from './contract.ts'
import { reportError } from './error-body.ts'
import type { ErrorReport } from './error-body.ts'
import { HandlerError, messageOf } from './errors.ts'
import type { HostEnd } from './host-end.ts'
import { openInvocation } from './invocation.ts'
import type { OpenInvocation } from './invocation.ts'
import { LaneStuckError } from './lane/lane.ts'
import type { Log } from './log.ts'
import { isStream, normalise } from './normalise.ts'
import type { Outgoing } from './normalise.ts'
import { StreamedBody } from './response-stream.ts'
import { RuntimeApiError } from './runtime-api.ts'
import type { NextEvent, RuntimeApi } from './runtime-api.ts'

export interface PollerOptions {
  readonly api: RuntimeApi
  readonly plugin: Plugin
  readonly handler: HandlerRef
  readonly log: Log
  readonly managedInstances: boolean
}

/** Under Managed Instances a failed `/next` is asked again: as often and as patiently as AWS's own client does. */
const retries = 19
const firstPauseMs = 100
const longestPauseMs = 10_000

/** Takes event after event over one connection and posts exactly one answer for each. */
export class Poller {
  readonly #options: PollerOptions
  #stopping = false
  #waiting = false
  #open: OpenInvocation | undefined
  #end: HostEnd | undefined

  constructor(options: PollerOptions) {
    this.#options = options
  }

  /** Serves until the platform, a stuck thread or `stop` ends it; never rejects. */
  async run(): Promise<HostEnd> {
    while (!this.#stopping && !this.#end) {
      const event = await this.#next()
      if (event) await this.#serve(event)
    }
    return this.#end ?? { reason: 'closed' }
  }

  /** No further event; one that is under way is answered first. */
  stop(): void {
    this.#stopping = true
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
    for (let attempt = 0, pause = firstPauseMs; ; attempt++, pause = Math.min(pause * 2, longestPauseMs)) {
      this.#waiting = true
      try {
        return await api.next()
      } catch (error) {
        if (this.#stopping) return undefined
        if (!managedInstances || attempt === retries) {
          this.#fail(error)
          return undefined
        }
        log.record('WARN', `${messageOf(error)}; asking again in ${pause} ms`)
        await sleep(pause)
        if (this.#stopping) return undefined
      } finally {
        this.#waiting = false
      }
    }
  }

  async #serve(event: NextEvent): Promise<void> {
    const { api, handler } = this.#options
    let open: OpenInvocation | undefined
    try {
      open = openInvocation(event, handler)
      this.#open = open
      const outgoing = normalise(await this.#invoke(open))
      await this.#post(() => this.#send(event, outgoing, open as OpenInvocation), open.invocation)
    } catch (thrown) {
      const cause = LaneStuckError.is(thrown) ? this.#stuck(thrown) : thrown
      const report = reportError(cause)
      this.#logFailure(report, open?.invocation)
      await this.#post(() => api.fail(event, report), open?.invocation)
    } finally {
      open?.close()
      this.#open = undefined
    }
  }

  /** The plugin's value; its failure at the latest shortly before the deadline, whether the plugin has let go by then or not. */
  #invoke({ invocation, answerBy }: OpenInvocation): Promise<unknown> {
    const { signal } = invocation
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const onAbort = (): void => {
        timer = setTimeout(() => reject(signal.reason as Error), Math.max(0, Math.min(answerBy - Date.now(), 1_000)))
      }
      const settle = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
      call(() => this.#options.plugin.invoke(invocation))
        .then(resolve, (error: unknown) => {
          // It may be too late for this event's answer, but not for the process.
          if (LaneStuckError.is(error)) this.#stuck(error)
          reject(error as Error)
        })
        .finally(settle)
    })
  }

  async #send(event: NextEvent, { body, contentType }: Outgoing, { invocation }: OpenInvocation): Promise<void> {
    const { api } = this.#options
    if (!isStream(body)) {
      await api.respond(event, body, contentType)
      return
    }
    const streamed = await StreamedBody.open(body, invocation.signal)
    await api.stream(event, streamed, contentType, () => streamed.failure && reportError(streamed.failure.thrown))
    if (!streamed.failure) return
    const { thrown } = streamed.failure
    this.#logFailure(reportError(LaneStuckError.is(thrown) ? this.#stuck(thrown) : thrown), invocation)
  }

  /** What the platform refuses is logged, and the next event asked for; only a 500 means the end, and that not on Managed Instances. */
  async #post(send: () => Promise<void>, invocation: Invocation | undefined): Promise<void> {
    const { log, managedInstances } = this.#options
    try {
      await send()
    } catch (error) {
      if (!(error instanceof RuntimeApiError)) throw error
      log.record('ERROR', messageOf(error), { ...(invocation && { invocation }) })
      if (error.status === 500 && !managedInstances) this.#fail(error)
    }
  }

  #stuck(error: LaneStuckError): unknown {
    this.#end = { reason: 'stuck' }
    if (this.#waiting) this.stop()
    return error.cause ?? new HandlerError({ errorType: 'Function.Timeout', message: error.message })
  }

  #fail(error: unknown): void {
    this.#end ??= { reason: 'failed', exitCode: 1, message: messageOf(error) }
  }

  #logFailure({ errorType, message, stackTrace }: ErrorReport, invocation: Invocation | undefined): void {
    const { log, handler } = this.#options
    log.record('ERROR', `${handler.name} failed: ${errorType}: ${message}`, {
      ...(invocation && { invocation }),
      error: { errorType, errorMessage: message, stackTrace },
    })
  }
}

/** A plugin that throws at once fails as one that rejects. */
async function call(invoke: () => unknown): Promise<unknown> {
  return invoke()
}
