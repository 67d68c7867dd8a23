import type { Exchange } from '../server/exchange.ts'
import { decoded } from '../server/decoded.ts'
import { InvokeError } from './errors.ts'

/** Which operation of the service a path means. */
export interface Operation {
  readonly kind: 'Invoke' | 'InvokeWithResponseStream' | 'InvokeAsync'
  /** Name, `account:function:name` or ARN, each with or without a qualifier. */
  readonly functionName: string
}

const operations: Readonly<Record<string, Operation['kind']>> = {
  invocations: 'Invoke',
  'response-streaming-invocations': 'InvokeWithResponseStream',
  'invoke-async': 'InvokeAsync',
}

/**
 * Undefined for a path that is none of the service. The date is that of an API's version; each operation has its own,
 * and clients differ.
 */
export function operationOf(path: string): Operation | undefined {
  const groups =
    /^\/20\d\d-\d\d-\d\d\/functions\/(?<name>[^/]+)\/(?<what>invocations|response-streaming-invocations|invoke-async)\/?$/.exec(
      path,
    )?.groups
  const kind = operations[groups?.['what'] ?? '']
  if (!kind) return undefined
  return { kind, functionName: decoded(groups?.['name'] ?? '') }
}

/** The parameters of an invocation. */
export interface InvokeCall {
  readonly name: string
  readonly qualifier?: string
  readonly type: 'RequestResponse' | 'Event' | 'DryRun'
  readonly wantsLog: boolean
  /** JSON text. */
  readonly clientContext?: string
  readonly tenantId?: string
  readonly traceId?: string
}

const types = ['RequestResponse', 'Event', 'DryRun'] as const

/** @throws InvokeError */
export function callOf(exchange: Exchange, { kind, functionName }: Operation): InvokeCall {
  const { name, qualifier: own } = namesIn(functionName)
  const qualifier = exchange.query.get('Qualifier') ?? own
  if (qualifier !== undefined && !/^(?:\$LATEST(?:\.PUBLISHED)?|[\w-]{1,128})$/.test(qualifier))
    throw new InvokeError(
      'InvalidParameterValueException',
      `1 validation error detected: Value '${qualifier}' at 'qualifier' must be a version, an alias, or $LATEST`,
    )
  const given = exchange.header('x-amz-invocation-type') ?? 'RequestResponse'
  const type = kind === 'InvokeAsync' ? 'Event' : types.find((known) => known === given)
  if (!type) throw invalid('invocationType', given, types)
  const logType = exchange.header('x-amz-log-type') ?? 'None'
  if (logType !== 'None' && logType !== 'Tail') throw invalid('logType', logType, ['None', 'Tail'])
  const context = clientContextOf(exchange.header('x-amz-client-context'))
  const tenantId = exchange.header('x-amz-tenant-id')
  const traceId = exchange.header('x-amzn-trace-id')
  return {
    name,
    ...(qualifier !== undefined && { qualifier }),
    type,
    wantsLog: logType === 'Tail',
    ...(context !== undefined && { clientContext: context }),
    ...(tenantId !== undefined && { tenantId }),
    ...(traceId !== undefined && { traceId }),
  }
}

/** `NAME`, `NAME:QUALIFIER`, `ACCOUNT:function:NAME`, `arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER`. */
function namesIn(text: string): { readonly name: string; readonly qualifier?: string } {
  const short =
    /^(?:arn:aws[\w-]*:lambda:[^:]*:\d*:function:|\d+:function:)?(?<rest>.*)$/.exec(text)?.groups?.['rest'] ?? text
  // A handler's name may begin with that of its plugin, as in sql:report; a version or an alias stands behind a colon,
  // too.
  const { name, qualifier } = /^(?<name>.+?):(?<qualifier>\$LATEST|\d+|[\w-]+)$/.exec(short)?.groups ?? {}
  return name === undefined || qualifier === undefined ? { name: short } : { name, qualifier }
}

function clientContextOf(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined
  try {
    const text = Buffer.from(header, 'base64').toString()
    // In one line: it travels in a header.
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new InvokeError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    )
  }
}

function invalid(field: string, value: string, allowed: readonly string[]): InvokeError {
  return new InvokeError(
    'InvalidParameterValueException',
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  )
}
