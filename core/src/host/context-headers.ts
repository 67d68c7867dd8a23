import type { CognitoIdentity, TraceContext } from '../contract.ts'
import { HostError, messageOf } from '../errors.ts'
import type { NextEvent } from '../runtime-api.ts'

/** What came with an event beside its bytes, as far as an invoker can choose it. */
export interface EventContext {
  readonly functionArn: string
  readonly traceId?: string
  readonly tenantId?: string
  readonly clientContext?: string
  readonly traceContext?: TraceContext
  readonly identity?: CognitoIdentity
}

/** Writing JSON is recursive here and in the languages, whose own limits begin at 1,000. */
const mostLevels = 500

/**
 * Reads the headers of an event. An invoker chooses most of them, so nothing in them may be taken for granted.
 * @throws HostError `Runtime.LambdaContextUnmarshalError` when the client context or the identity is no JSON object or is nested too deep, or another header holds a
 * control character
 */
export function readContext(event: NextEvent): EventContext {
  const functionArn = plainText('Lambda-Runtime-Invoked-Function-Arn', event.functionArn)
  const traceId = plainText('Lambda-Runtime-Trace-Id', event.traceId)
  const tenantId = plainText('Lambda-Runtime-Aws-Tenant-Id', event.tenantId)
  return {
    functionArn: functionArn ?? '',
    ...(traceId !== undefined && { traceId }),
    ...readClientContext(event.clientContext),
    ...readIdentity(event.identity),
    ...(tenantId !== undefined && { tenantId }),
  }
}

function readClientContext(text: string | undefined): Pick<EventContext, 'clientContext' | 'traceContext'> {
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

function readIdentity(text: string | undefined): Pick<EventContext, 'identity'> {
  const identity = text === undefined ? undefined : parseObject('Lambda-Runtime-Cognito-Identity', text)
  return identity ? { identity: identity as CognitoIdentity } : {}
}

/** `null` is as good as absent. */
function parseObject(header: string, text: string): Record<string, unknown> | undefined {
  if (isNestedTooDeep(text)) throw refused(`the header ${header} is nested more than ${mostLevels} levels deep`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refused(`the header ${header} is not JSON: ${messageOf(error)}`, error)
  }
  if (value === null) return undefined
  if (!isObject(value)) throw refused(`the header ${header} is not a JSON object`)
  return value
}

/** Looks at the text, because whatever walks through the value could be the one that fails. */
function isNestedTooDeep(text: string): boolean {
  if (text.length <= 2 * mostLevels) return false
  let levels = 0
  for (const [token] of text.matchAll(/[[{\]}]|"(?:[^"\\]|\\.)*"/gs)) {
    if (token === '[' || token === '{') levels++
    else if (token === ']' || token === '}') levels--
    if (levels > mostLevels) return true
  }
  return false
}

/** These go into environment variables and into lines of a driver's protocol as they are. */
function plainText(header: string, text: string | undefined): string | undefined {
  if (text !== undefined && /[\0-\u001f\u007f]/.test(text))
    throw refused(`the header ${header} holds a control character`)
  return text
}

function refused(problem: string, cause?: unknown): HostError {
  return new HostError('Runtime.LambdaContextUnmarshalError', { problem, cause })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
