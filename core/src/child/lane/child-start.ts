import { HandlerError } from '../../errors.ts'
import type { TaskFailure } from '../../lane/lane.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { Ready } from '../protocol/ready.ts'

export interface ChildStartEvents {
  /** The driver is ready: it can be told to load. */
  onReady(ready: Ready): void
  /** The handler is loaded. */
  onLoaded(): void
}

/** The start of a driver: `ready`, then `loaded` or `failed`. */
export class ChildStart {
  readonly #events: ChildStartEvents
  readonly #logsFailures: boolean
  readonly #loaded = Promise.withResolvers<void>()
  #awaits: 'ready' | 'loaded' = 'ready'
  #cause: string | undefined

  /** @param logsFailures the driver has written its failures to the log itself */
  constructor(logsFailures: boolean, events: ChildStartEvents) {
    this.#logsFailures = logsFailures
    this.#events = events
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
        this.#awaits = 'loaded'
        return this.#events.onReady(message.ready)
      case 'loaded':
        this.#events.onLoaded()
        return this.#loaded.resolve()
      case 'cause':
        this.#cause = message.text
        return undefined
      case 'failed':
        return this.fail(new HandlerError({ ...withCause(message.failure, this.#cause), logged: this.#logsFailures }))
      default:
        return undefined
    }
  }

  fail(error: Error): void {
    this.#loaded.reject(error)
  }
}

/** A failure with the description for tracing that came before it. */
export function withCause(failure: TaskFailure, xrayCause: string | undefined): TaskFailure {
  return xrayCause === undefined ? failure : { ...failure, xrayCause }
}
