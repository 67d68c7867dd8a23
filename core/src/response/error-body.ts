import { isUtf8 } from 'node:buffer'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import { xrayCauseOf } from './xray-cause.ts'

/** An error as it is posted to `/error` and `/init/error`. */
export interface ErrorReport {
  /** `Lambda-Runtime-Function-Error-Type`. */
  readonly errorType: string
  readonly message: string
  readonly stackTrace: readonly string[]
  /** `{errorMessage, errorType, stackTrace}`, unless the plugin made a body of its own. */
  readonly body: Uint8Array
  /** `Lambda-Runtime-Function-XRay-Error-Cause`; absent when it could not be kept within its bounds. */
  readonly xrayCause?: string
  /** It stands in the log already. */
  readonly logged: boolean
}

/** A larger error body is refused on Managed Instances; so long a message is of no use anywhere else either. */
const maxBody = 1024 * 1024
const maxMessage = 100_000
const maxFrames = 500
const maxFrame = 1_000

/** What went wrong, whoever threw it: the handler's own failure, the host's fault, or the plugin's. */
export function reportError(thrown: unknown): ErrorReport {
  if (HandlerError.is(thrown)) return report(thrown)
  if (HostError.is(thrown)) return report({ errorType: thrown.code, message: thrown.message })
  const stackTrace = thrown instanceof Error ? stackOf(thrown) : []
  return report({ errorType: 'Runtime.PluginError', message: `the plugin failed: ${messageOf(thrown)}`, stackTrace })
}

/** A failure under another type than the one that it came with: a snapshot hook's, whose own type stays in the body if the language made one. */
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

/** A language quotes what it was given, which may be anything; JSON is UTF-8. */
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
