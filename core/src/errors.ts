import type { HostErrorCode } from './error-codes.ts'

/** Brands instead of `instanceof`: a plugin may have its own copy of this package. */
const handlerBrand = Symbol.for('anyhandler.HandlerError')
const hostBrand = Symbol.for('anyhandler.HostError')

export interface HandlerErrorInit {
  /**
   * The value of `errorType` and of the `Lambda-Runtime-Function-Error-Type` header: an exception's class name, or
   * `Function.ExitStatus`.
   */
  readonly errorType: string
  readonly message: string
  /** One frame per line, innermost first or in the usual order of the language. */
  readonly stackTrace?: readonly string[]
  /** The finished error JSON, sent instead of one made from the fields above. */
  readonly body?: Uint8Array
  /**
   * The finished `Lambda-Runtime-Function-XRay-Error-Cause`, JSON in ASCII, sent instead of one made from the fields
   * above.
   */
  readonly xrayCause?: string
  /** True if the language has logged the failure itself, so that the host doesn't. */
  readonly logged?: boolean
  readonly cause?: unknown
}

/** The handler's own failure: thrown by a plugin's `invoke` or `setup`and posted to `/error` or `/init/error`. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError'
  readonly errorType: string
  readonly stackTrace: readonly string[]
  readonly body: Uint8Array | undefined
  readonly xrayCause: string | undefined
  readonly logged: boolean

  constructor(init: HandlerErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.errorType = init.errorType
    this.stackTrace = init.stackTrace ?? []
    this.body = init.body
    this.xrayCause = init.xrayCause
    this.logged = init.logged ?? false
    Object.defineProperty(this, handlerBrand, { value: true })
  }

  static is(error: unknown): error is HandlerError {
    return hasBrand(error, handlerBrand)
  }
}

export interface HostErrorInit {
  /** The fault: a lower-case clause with the name of the thing and the value, `the script has no default export`. */
  readonly problem: string
  /**
   * The remedy, or the allowed values. Absent if the reader can do nothing, or if the message of another program
   * contains it.
   */
  readonly cure?: string | undefined
  /**
   * The place: a file, with its line if it is known (`anyhandler.config.yaml:3`), or a key
   * (`plugins.sql.options.journal`).
   */
  readonly at?: string | undefined
  /** Details, such as the searched places: part of the sentence, but left out where only the problem fits. */
  readonly details?: string | undefined
  readonly cause?: unknown
}

/**
 * Makes the sentence `at: problem: details; cure`, without absent parts. The place is left out if the problem begins
 * with it.
 */
export function sentenceOf({ problem, cure, at, details }: HostErrorInit): string {
  const place = at === undefined || problem.startsWith(at) ? '' : `${at}: `
  return `${place}${problem}${details === undefined ? '' : `: ${details}`}${cure === undefined ? '' : `; ${cure}`}`
}

/** A fault of the set-up, of the platform or of the host. `message` is the sentence made of the other fields. */
export class HostError extends Error {
  override readonly name = 'HostError'
  /** Sent as `errorType`. */
  readonly code: HostErrorCode
  readonly problem: string
  readonly cure: string | undefined
  readonly at: string | undefined
  readonly details: string | undefined

  constructor(code: HostErrorCode, init: HostErrorInit) {
    super(sentenceOf(init), init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.problem = init.problem
    this.cure = init.cure
    this.at = init.at
    this.details = init.details
    Object.defineProperty(this, hostBrand, { value: true })
  }

  static is(error: unknown): error is HostError {
    return hasBrand(error, hostBrand)
  }
}

/** The message of a thrown value of any type. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'a value that cannot be shown as text'
  }
}

export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}
