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

/**
 * A fault of ours, of the configuration or of the platform. The message is a lower-case sentence that names the thing and
 * the cure; every code stands in `docs/errors.md`.
 */
export class HostError extends Error {
  override readonly name = 'HostError'
  /** `Runtime.…`: becomes `errorType`. */
  readonly code: string

  constructor(code: `Runtime.${string}`, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, hostBrand, { value: true })
  }

  static is(error: unknown): error is HostError {
    return hasBrand(error, hostBrand)
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}
