import type { CognitoIdentity, HandlerRef, Invocation, TraceContext } from '../contract.ts'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import type { DeadlineTimer } from './deadline-timer.ts'
import type { NextEvent } from '../runtime-api.ts'

/**
 * How long before the deadline a handler is let go, in milliseconds, so that the timeout is posted while the platform still listens: on a small function the processor
 * comes in slices, some of them tens of milliseconds apart. A tenth of what a very short event has.
 */
const marginMs = 100

/** An event that is under way. */
export interface OpenInvocation {
  readonly invocation: Invocation
  /** Epoch milliseconds at which the host answers, whatever the plugin does. */
  readonly answerBy: number
  /** Aborts the signal: the host is shutting down. */
  abort(reason: unknown): void
  /** Stops the timer. */
  close(): void
}

/**
 * Makes an invocation of what `/next` gave.
 * @throws HostError `Runtime.LambdaContextUnmarshalError` when the client context or the identity is no JSON object
 */
export function openInvocation(event: NextEvent, handler: HandlerRef, timer: DeadlineTimer): OpenInvocation {
  const controller = new AbortController()
  const start = Date.now()
  const margin = Math.min(marginMs, Math.max(0, event.deadline - start) / 10)
  const invocation: Invocation = {
    id: event.id,
    handler,
    event: event.body,
    deadline: event.deadline,
    functionArn: event.functionArn ?? '',
    ...(event.traceId !== undefined && { traceId: event.traceId }),
    ...readClientContext(event.clientContext),
    ...readIdentity(event.identity),
    ...(event.tenantId !== undefined && { tenantId: event.tenantId }),
    signal: controller.signal,
    remaining: () => Math.max(0, event.deadline - Date.now()),
  }
  timer.set(event.deadline - margin, () => controller.abort(timeout(event.deadline - start)))
  return {
    invocation,
    answerBy: event.deadline - margin * 0.75,
    abort: (reason) => controller.abort(reason),
    close: () => timer.clear(),
  }
}

/** The error of an event that did not end in time; the platform's own, for a runtime that says nothing, is `Sandbox.Timedout`. */
function timeout(ms: number): HandlerError {
  return new HandlerError({
    errorType: 'Function.Timeout',
    message: `Task timed out after ${(Math.max(0, ms) / 1000).toFixed(2)} seconds`,
  })
}

function readClientContext(text: string | undefined): {
  readonly clientContext?: string
  readonly traceContext?: TraceContext
} {
  if (text === undefined) return {}
  const parsed = parseObject('Lambda-Runtime-Client-Context', text)
  if (!parsed) return {}
  if (!isObject(parsed.w3c)) return { clientContext: text }
  const { w3c, ...rest } = parsed
  const traceContext: Record<string, string> = {}
  for (const key of ['traceparent', 'tracestate', 'baggage']) {
    const value = (w3c as Record<string, unknown>)[key]
    if (typeof value === 'string') traceContext[key] = value
  }
  // A client context that held nothing but the trace context is none.
  return { traceContext, ...(Object.keys(rest).length > 0 && { clientContext: JSON.stringify(rest) }) }
}

function readIdentity(text: string | undefined): { readonly identity?: CognitoIdentity } {
  const identity = text === undefined ? undefined : parseObject('Lambda-Runtime-Cognito-Identity', text)
  return identity ? { identity: identity as CognitoIdentity } : {}
}

/** `null` is as good as absent. */
function parseObject(header: string, text: string): Record<string, unknown> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const problem = `the header ${header} is not JSON: ${messageOf(error)}`
    throw new HostError('Runtime.LambdaContextUnmarshalError', { problem, cause: error })
  }
  if (value === null) return undefined
  if (!isObject(value)) {
    const problem = `the header ${header} is not a JSON object`
    throw new HostError('Runtime.LambdaContextUnmarshalError', { problem })
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
