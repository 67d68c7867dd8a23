import { bytesOfBody, readBody } from './body.ts'
import { recordOf } from './call.ts'
import type { Call } from './call.ts'
import type { Exchange } from './exchange.ts'
import { invalidTransition, maxPayload } from './refusals.ts'

/** A post to `/init/error` or `/restore/error`. */
export interface ReportedError {
  /** `Lambda-Runtime-Function-Error-Type`. */
  readonly errorType: string | undefined
  /** The posted error JSON, unchanged. */
  readonly body: Buffer
  readonly contentType: string | undefined
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** The phases before and after the events: init, snapshot and restore. */
export class Lifecycle {
  initError: ReportedError | undefined
  restoreError: ReportedError | undefined
  /** A runtime has called `/next`, so its init phase has ended. */
  initialised = false
  readonly #failQueued: (error: ReportedError) => void
  readonly #waiting = new Map<'init' | 'restore', PromiseWithResolvers<ReportedError>>()
  #snapshot = Promise.withResolvers<void>()
  #restored = false
  #restoring: Call | undefined

  constructor(failQueued: (error: ReportedError) => void) {
    this.#failQueued = failQueued
  }

  async initFailed(call: Call): Promise<void> {
    const error = await reportedError(call)
    if (this.initialised) return call.refuse(invalidTransition('Ready', 'InitError'))
    if (this.initError) return call.refuse(invalidTransition('InitError', 'InitError'))
    this.initError = error
    call.accept()
    this.#failQueued(error)
    this.#tell('init', error)
  }

  async restoreFailed(call: Call): Promise<void> {
    const error = await reportedError(call)
    if (this.initialised || this.restoreError) return call.refuse(invalidTransition('Ready', 'RestoreError'))
    this.restoreError = error
    call.accept()
    this.#failQueued(error)
    this.#tell('restore', error)
  }

  /** `/restore/next`: waits for `restore()`. */
  snapshot(call: Call): void {
    this.#restoring = call
    this.#snapshot.resolve()
    if (this.#restored) this.restore()
  }

  waitForError(phase: 'init' | 'restore'): Promise<ReportedError> {
    const error = phase === 'init' ? this.initError : this.restoreError
    return error ? Promise.resolve(error) : this.#promise(phase).promise
  }

  waitForSnapshot(): Promise<void> {
    return this.#snapshot.promise
  }

  restore(): void {
    this.#restored = true
    this.#restoring?.reply(200, ['Content-Type', 'application/json'], new Uint8Array())
    this.#restoring = undefined
  }

  /** A new runtime process starts from the beginning. */
  reset(): void {
    this.initError = undefined
    this.restoreError = undefined
    this.initialised = false
    this.#restored = false
    this.#restoring = undefined
    this.#snapshot = Promise.withResolvers<void>()
  }

  #tell(phase: 'init' | 'restore', error: ReportedError): void {
    this.#promise(phase).resolve(error)
    this.#waiting.delete(phase)
  }

  #promise(phase: 'init' | 'restore'): PromiseWithResolvers<ReportedError> {
    const known = this.#waiting.get(phase) ?? Promise.withResolvers<ReportedError>()
    this.#waiting.set(phase, known)
    return known
  }
}

/** The outcome of a waiting event after `/init/error`. */
export function initOutcome(error: ReportedError): Parameters<Exchange['settle']>[0] {
  return {
    kind: 'initError',
    status: 202,
    body: error.body,
    contentType: error.contentType,
    errorType: error.errorType,
  }
}

async function reportedError(call: Call): Promise<ReportedError> {
  const body = bytesOfBody(await readBody(call.request, { limit: maxPayload }))
  const headers = recordOf(call.request.rawHeaders)
  return {
    errorType: headers['lambda-runtime-function-error-type'],
    body,
    contentType: headers['content-type'],
    headers,
  }
}
