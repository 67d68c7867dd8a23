import type { Invocation } from '../contract.ts'
import { HostError, messageOf } from '../errors.ts'
import type { NextEvent } from '../runtime-api.ts'

/** JSON writers are recursive, here and in the languages; the smallest limit of a language is 1,000. */
const mostLevels = 500

/**
 * Checks the headers of an event that are passed on unchanged in environment variables and in lines of a driver's
 * protocol.
 * @throws HostError `Runtime.LambdaContextUnmarshalError` when one holds a control character
 */
export function checkHeaders({ functionArn, traceId, tenantId }: NextEvent): void {
  checkText('Lambda-Runtime-Invoked-Function-Arn', functionArn)
  checkText('Lambda-Runtime-Trace-Id', traceId)
  checkText('Lambda-Runtime-Aws-Tenant-Id', tenantId)
}

/** @throws HostError `Runtime.LambdaContextUnmarshalError` when it is no JSON object or is nested too deep */
export function readClientContext(text: string): Pick<Invocation, 'clientContext' | 'traceContext'> {
  const parsed = parseObject('Lambda-Runtime-Client-Context', text)
  if (!parsed) return {}
  if (!isObject(parsed.w3c)) return { clientContext: text }
  const { w3c, ...rest } = parsed
  const traceContext: Record<string, string> = {}
  for (const key of ['traceparent', 'tracestate', 'baggage']) {
    const value = (w3c as Record<string, unknown>)[key]
    if (typeof value === 'string') traceContext[key] = value
  }
  // A client context with the trace context as its only key counts as absent.
  return { traceContext, ...(Object.keys(rest).length > 0 && { clientContext: JSON.stringify(rest) }) }
}

/** @throws HostError as {@link readClientContext} */
export function readIdentity(text: string): Pick<Invocation, 'identity'> {
  const identity = parseObject('Lambda-Runtime-Cognito-Identity', text)
  return identity ? { identity } : {}
}

/** `null` counts as absent. */
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

/** Scans the text, because a walk through the parsed value could itself run out of stack. */
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

function checkText(header: string, text: string | undefined): void {
  if (text !== undefined && /[\0-\u001f\u007f]/.test(text))
    throw refused(`the header ${header} holds a control character`)
}

function refused(problem: string, cause?: unknown): HostError {
  return new HostError('Runtime.LambdaContextUnmarshalError', { problem, cause })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
