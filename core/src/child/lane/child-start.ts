import { HandlerError, HostError } from '../../errors.ts'
import type { TaskFailure } from '../../lane/lane.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { Ready } from '../protocol/ready.ts'
import { UnknownHandlerError } from './child-errors.ts'
import type { ChildLaneOptions } from './child-lane-options.ts'

export interface ChildStartEvents {
  /** Called when the driver is ready to load. */
  onReady(ready: Ready): void
  /** Called when the handler is loaded. */
  onLoaded(): void
  /** Called when the start failed; the lane can't be used. */
  onFailure(error: Error): void
}

/** Default time limit for the driver's own start, until `ready`. Milliseconds. */
const defaultReadyMs = 5_000
/** After this time the log names the missing step: Lambda's init phase ends at ten seconds, and starts again. */
const noticeMs = 8_000

/**
 * The start of a driver: `ready`, then `loaded`, `failed` or `unknown`.
 *
 * The driver's own start has a time limit. After `ready` it loads the handler's code, for which the host has no limit:
 * on Lambda this may take longer than the init phase, and the platform decides.
 */
export class ChildStart {
  readonly #options: ChildLaneOptions
  readonly #events: ChildStartEvents
  readonly #loaded = Promise.withResolvers<void>()
  readonly #readyTimer: NodeJS.Timeout
  #noticeTimer: NodeJS.Timeout | undefined
  #awaits: 'ready' | 'loaded' = 'ready'
  #cause: string | undefined

  /** @param partial the received part of an incomplete frame */
  constructor(options: ChildLaneOptions, partial: () => string, events: ChildStartEvents) {
    this.#options = options
    this.#events = events
    const { file, readyMs = defaultReadyMs } = options
    this.#readyTimer = setTimeout(() => {
      const got = partial()
      const problem = `${file} did not say 'ready' within ${readyMs / 1000} s${got && `; it had sent ${got}`}`
      events.onFailure(new HostError('Runtime.DriverFailed', { problem }))
    }, readyMs)
  }

  /** The next expected frame, unless the start fails. */
  get awaits(): 'ready' | 'loaded' {
    return this.#awaits
  }

  /** Resolves when the handler is loaded; rejects with the driver's error, or with the argument of `fail`. */
  get loaded(): Promise<void> {
    return this.#loaded.promise
  }

  take(message: DriverMessage): void {
    switch (message.kind) {
      case 'ready':
        return this.#takeReady(message.ready)
      case 'loaded':
        this.#stopTimers()
        this.#events.onLoaded()
        return this.#loaded.resolve()
      case 'cause':
        this.#cause = message.text
        return undefined
      case 'unknown':
        return this.fail(new UnknownHandlerError())
      case 'failed': {
        const logged = this.#options.logsFailures ?? false
        return this.fail(new HandlerError({ ...withCause(message.failure, this.#cause), logged }))
      }
      default:
        return undefined
    }
  }

  fail(error: Error): void {
    this.#stopTimers()
    this.#loaded.reject(error)
  }

  #takeReady(ready: Ready): void {
    clearTimeout(this.#readyTimer)
    this.#awaits = 'loaded'
    this.#noticeTimer = setTimeout(() => this.#options.onSlowLoad?.(noticeMs), noticeMs)
    this.#noticeTimer.unref()
    this.#events.onReady(ready)
  }

  #stopTimers(): void {
    clearTimeout(this.#readyTimer)
    clearTimeout(this.#noticeTimer)
  }
}

/** A failure with the X-Ray cause that came before it. */
export function withCause(failure: TaskFailure, xrayCause: string | undefined): TaskFailure {
  return xrayCause === undefined ? failure : { ...failure, xrayCause }
}
