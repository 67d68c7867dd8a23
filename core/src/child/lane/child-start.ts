import { HandlerError, HostError } from '../../errors.ts'
import type { TaskFailure } from '../../lane/lane.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { Ready } from '../protocol/ready.ts'
import { UnknownHandlerError } from './child-errors.ts'
import type { ChildLaneOptions } from './child-lane-options.ts'

export interface ChildStartEvents {
  /** The driver is ready: it can be told to load. */
  onReady(ready: Ready): void
  /** The handler is loaded. */
  onLoaded(): void
  /** The start failed: the lane is of no use. */
  onFailure(error: Error): void
}

/** How long a driver gets for its own start, until it says `ready`. Milliseconds. */
const defaultReadyMs = 5_000
/** After this time the log says what is awaited: Lambda's init phase ends at ten seconds, and begins anew. */
const noticeMs = 8_000

/**
 * The start of a driver: `ready`, then `loaded`, `failed` or `unknown`.
 *
 * The driver's own start has a limit. The author's code, which is loaded after `ready`, has none here: on Lambda it may take
 * longer than the init phase, and the platform counts.
 */
export class ChildStart {
  readonly #options: ChildLaneOptions
  readonly #events: ChildStartEvents
  readonly #loaded = Promise.withResolvers<void>()
  readonly #readyTimer: NodeJS.Timeout
  #noticeTimer: NodeJS.Timeout | undefined
  #awaits: 'ready' | 'loaded' = 'ready'
  #cause: string | undefined

  /** @param partial what has come of a frame that isn't complete */
  constructor(options: ChildLaneOptions, partial: () => string, events: ChildStartEvents) {
    this.#options = options
    this.#events = events
    const { file, readyMs = defaultReadyMs } = options
    this.#readyTimer = setTimeout(() => {
      const got = partial()
      const problem = `${file} did not say 'ready' within ${readyMs / 1000} s${got && `; it has sent ${got}`}`
      events.onFailure(new HostError('Runtime.DriverFailed', { problem }))
    }, readyMs)
  }

  /** The frame that comes next, unless the start fails. */
  get awaits(): 'ready' | 'loaded' {
    return this.#awaits
  }

  /** Resolves when the handler is loaded; rejects with what the driver said of it, or with what `fail` was given. */
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

/** A failure with the description for tracing that came before it. */
export function withCause(failure: TaskFailure, xrayCause: string | undefined): TaskFailure {
  return xrayCause === undefined ? failure : { ...failure, xrayCause }
}
