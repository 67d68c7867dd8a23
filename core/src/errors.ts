import type { HostErrorCode } from './error-codes.ts'

/** Brands instead of `instanceof`: a plugin may bring its own copy of this package. */
const handlerBrand = Symbol.for('anyhandler.HandlerError')
const hostBrand = Symbol.for('anyhandler.HostError')

export interface HandlerErrorInit {
  /** Goes to `errorType` and the `Lambda-Runtime-Function-Error-Type` header: an exception's class name, or `Function.ExitStatus`. */
  readonly errorType: string
  readonly message: string
  /** One frame a line, innermost first or as the language's users know it. */
  readonly stackTrace?: readonly string[]
  /** The finished error JSON, sent as it is in place of the one made from the fields above. */
  readonly body?: Uint8Array
  /** The finished `Lambda-Runtime-Function-XRay-Error-Cause`, JSON in ASCII, in place of the one made from the fields above. */
  readonly xrayCause?: string
  /** The language has written it to the log itself: the host doesn't once more. */
  readonly logged?: boolean
  readonly cause?: unknown
}

/** The handler's own failure: thrown by a plugin's `invoke` or `setup`, posted to `/error` or `/init/error` as it says. */
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
  /** What is wrong: a lower-case clause with the thing's name and what was found, `the script has no default export`. */
  readonly problem: string
  /** What to do about it, or what is allowed. Absent where the reader can do nothing, or another program's words say it. */
  readonly cure?: string | undefined
  /** The place: a file, with its line if known (`anyhandler.config.yaml:3`), or a key (`plugins.sql.options.journal`). */
  readonly at?: string | undefined
  /** All that was tried or seen on the way: part of the sentence, left out where there is room for the problem only. */
  readonly details?: string | undefined
  readonly cause?: unknown
}

/**
 * `at: problem: details; cure`, without what is absent. A problem that begins with its place doesn't get it twice.
 */
export function sentenceOf({ problem, cure, at, details }: HostErrorInit): string {
  const place = at === undefined || problem.startsWith(at) ? '' : `${at}: `
  return `${place}${problem}${details === undefined ? '' : `: ${details}`}${cure === undefined ? '' : `; ${cure}`}`
}

/** A fault of the set-up, of the platform or of ours. `message` is the sentence made of the other fields. */
export class HostError extends Error {
  override readonly name = 'HostError'
  /** Becomes `errorType`. */
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

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'something that has no text'
  }
}

export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}
