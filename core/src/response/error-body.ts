import { isUtf8 } from 'node:buffer'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import { xrayCauseOf } from './xray-cause.ts'

/** An error in the form that is posted to `/error` and `/init/error`. */
export interface ErrorReport {
  /** `Lambda-Runtime-Function-Error-Type`. */
  readonly errorType: string
  readonly message: string
  readonly stackTrace: readonly string[]
  /** `{errorMessage, errorType, stackTrace}`, or the plugin's own body. */
  readonly body: Uint8Array
  /** `Lambda-Runtime-Function-XRay-Error-Cause`; absent when it would exceed its limits. */
  readonly xrayCause?: string
  /** True if it is in the log already. */
  readonly logged: boolean
}

/** A larger error body is refused on Managed Instances; such a long message is not useful elsewhere either. */
const maxBody = 1024 * 1024
const maxMessage = 100_000
const maxFrames = 500
const maxFrame = 1_000

/** The report of any thrown value: the handler's own failure, a fault of the host, or a fault of the plugin. */
export function reportError(thrown: unknown): ErrorReport {
  if (HandlerError.is(thrown)) return report(thrown)
  if (HostError.is(thrown)) return report({ errorType: thrown.code, message: thrown.message })
  const stackTrace = thrown instanceof Error ? stackOf(thrown) : []
  return report({ errorType: 'Runtime.PluginError', message: `the plugin failed: ${messageOf(thrown)}`, stackTrace })
}

/**
 * A failure under another type than its own: for snapshot hooks. The original type stays in the body if the language
 * made one.
 */
export function reportErrorAs(errorType: `Runtime.${string}`, thrown: unknown): ErrorReport {
  const { message, stackTrace, logged } = reportError(thrown)
  const own = HandlerError.is(thrown) ? { body: thrown.body, xrayCause: thrown.xrayCause } : {}
  return report({ errorType, message, stackTrace, logged, ...own })
}

interface Failure {
  readonly errorType: string
  readonly message: string
  readonly stackTrace?: readonly string[]
  readonly body?: Uint8Array | undefined
  readonly xrayCause?: string | undefined
  readonly logged?: boolean
}

function report({ errorType, message, stackTrace = [], body, xrayCause, logged = false }: Failure): ErrorReport {
  const type = errorType || 'Function.Unknown'
  const cause = xrayCauseOf({ errorType: type, message, stackTrace }, xrayCause)
  return {
    errorType: type,
    message,
    stackTrace,
    body: body && body.length <= maxBody ? asUtf8(body) : makeBody(type, message, stackTrace),
    ...(cause !== undefined && { xrayCause: cause }),
    logged,
  }
}

/** A language may quote any input, but JSON must be UTF-8. */
function asUtf8(body: Uint8Array): Uint8Array {
  return isUtf8(body) ? body : Buffer.from(Buffer.from(body).toString())
}

function makeBody(errorType: string, message: string, stackTrace: readonly string[]): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      errorMessage:
        message.length <= maxMessage
          ? message
          : `${message.slice(0, maxMessage)} … (${message.length - maxMessage} more characters)`,
      errorType: errorType.slice(0, maxFrame),
      stackTrace: stackTrace.slice(0, maxFrames).map((frame) => frame.slice(0, maxFrame)),
    }),
  )
}

function stackOf(error: Error): readonly string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
}
