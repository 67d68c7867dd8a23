import { isUtf8 } from 'node:buffer'
import type { ProxyKind } from '../events/kinds.ts'
import { bytesToText } from './answer.ts'
import { grouped } from './grouped.ts'
import { joined, lists, orNull, singles } from './value-maps.ts'
import type { Values } from './value-maps.ts'

/** A request as a client sends it. */
export interface ClientRequest {
  readonly method: string
  /** Path and query, encoded: `/links?x=1`. */
  readonly target: string
  /** Repeated names are several values. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
  /** Time of the request in epoch milliseconds. */
  readonly time: number
  /** Request id of the front door; an invented one when absent. */
  readonly requestId?: string
  /** The client's address; an invented one when absent. */
  readonly sourceIp?: string
}

/** Kinds of requests; the events of a WebSocket come from its connection. */
export type RequestKind = Exclude<ProxyKind, 'websocket'>

const account = '123456789012'
const someId = '6f9c0a52-2f0e-4d6b-9a3e-1c5b7d8e9f00'
const someIp = '203.0.113.7'

/** Makes the event of a front door for a request. Identifiers are invented. */
export function makeEvent(request: ClientRequest, kind: RequestKind): Readonly<Record<string, unknown>> {
  const parts = partsOf(request, kind)
  switch (kind) {
    case 'http':
    case 'url':
      return version2(request, parts, kind)
    case 'alb':
    case 'alb-multi':
      return balancer(request, parts, kind)
    case 'lattice':
      return lattice(request, parts)
    case 'lattice-1':
      return lattice1(request, parts)
    default:
      return version1(request, parts, kind)
  }
}

interface Parts {
  /** Still encoded. */
  readonly path: string
  readonly rawQuery: string
  readonly query: Values
  readonly headers: Values
  readonly body: string | undefined
  readonly isBase64Encoded: boolean
}

function partsOf({ target, headers, body }: ClientRequest, kind: RequestKind): Parts {
  const [path = '/', ...rest] = target.split('?')
  const rawQuery = rest.join('?')
  const lower = headers.map(([name, value]) => [name.toLowerCase(), value] as const)
  const type = lower.find(([name]) => name === 'content-type')?.[1] ?? ''
  const isText = body === undefined || (isUtf8(body) && (kind === 'rest' || isTextType(type)))
  return {
    path,
    rawQuery,
    query: grouped(kind.startsWith('alb') ? rawPairs(rawQuery) : new URLSearchParams(rawQuery)),
    headers: grouped(lower),
    body: body && bytesToText(body, isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  }
}

/**
 * The content types that an ALB sends as text. HTTP APIs and function URLs do the same, and treat other types as
 * binary, for example forms with files.
 */
function isTextType(type: string): boolean {
  return (
    type === '' || /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|javascript|xml|x-www-form-urlencoded))/i.test(type)
  )
}

function rawPairs(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    })
}

function version1(
  { method, time, requestId = someId, sourceIp = someIp }: ClientRequest,
  parts: Parts,
  kind: 'rest' | 'http-1.0',
): Record<string, unknown> {
  const { path, query, headers, body, isBase64Encoded } = parts
  const host = headers.get('host')?.[0] ?? 'abcde12345.execute-api.eu-west-1.amazonaws.com'
  return {
    ...(kind === 'http-1.0' && { version: '1.0' }),
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: orNull(singles(headers)),
    multiValueHeaders: orNull(lists(headers)),
    queryStringParameters: orNull(singles(query)),
    multiValueQueryStringParameters: orNull(lists(query)),
    requestContext: {
      accountId: account,
      apiId: 'abcde12345',
      domainName: host,
      domainPrefix: 'abcde12345',
      extendedRequestId: 'Zx1yQw2v==',
      httpMethod: method,
      identity: { sourceIp, userAgent: headers.get('user-agent')?.[0] ?? null },
      path: kind === 'rest' ? `/prod${path}` : path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: clfTime(time),
      requestTimeEpoch: time,
      resourceId: kind === 'rest' ? 'r1e2s3' : null,
      resourcePath: '/{proxy+}',
      stage: kind === 'rest' ? 'prod' : '$default',
    },
    pathParameters: { proxy: decoded(path).replace(/^\//, '') },
    stageVariables: null,
    body: body ?? null,
    isBase64Encoded,
  }
}

function version2(
  { method, time, requestId = someId, sourceIp = someIp }: ClientRequest,
  parts: Parts,
  kind: 'http' | 'url',
): Record<string, unknown> {
  const { path, rawQuery, query, headers, body, isBase64Encoded } = parts
  const cookies = headers.get('cookie')?.flatMap((value) => value.split(/;\s*/))
  const domainName =
    kind === 'url' ? 'abcde12345.lambda-url.eu-west-1.on.aws' : 'abcde12345.execute-api.eu-west-1.amazonaws.com'
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: decoded(path),
    rawQueryString: rawQuery,
    ...(cookies && { cookies }),
    headers: joined(
      [...headers].filter(([name]) => name !== 'cookie'),
      ', ',
    ),
    ...(query.size > 0 && { queryStringParameters: joined(query, ',') }),
    requestContext: {
      accountId: kind === 'url' ? 'anonymous' : account,
      apiId: 'abcde12345',
      domainName,
      domainPrefix: 'abcde12345',
      http: {
        method,
        path: decoded(path),
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers.get('user-agent')?.[0] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(time),
      timeEpoch: time,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  }
}

function balancer({ method }: ClientRequest, parts: Parts, kind: 'alb' | 'alb-multi'): Record<string, unknown> {
  const { path, query, headers, body, isBase64Encoded } = parts
  const multi = kind === 'alb-multi'
  return {
    requestContext: {
      elb: {
        targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:${account}:targetgroup/links/0123456789abcdef`,
      },
    },
    httpMethod: method,
    path,
    ...(multi
      ? { multiValueQueryStringParameters: lists(query), multiValueHeaders: lists(headers) }
      : { queryStringParameters: singles(query), headers: singles(headers) }),
    body: body ?? '',
    isBase64Encoded,
  }
}

function lattice({ method, time }: ClientRequest, parts: Parts): Record<string, unknown> {
  const { path, query, headers, body, isBase64Encoded } = parts
  const arn = `arn:aws:vpc-lattice:eu-west-1:${account}`
  return {
    version: '2.0',
    path,
    method,
    headers: lists(headers),
    queryStringParameters: lists(query),
    ...(body !== undefined && { body }),
    isBase64Encoded,
    requestContext: {
      serviceNetworkArn: `${arn}:servicenetwork/sn-0123456789abcdef0`,
      serviceArn: `${arn}:service/svc-0123456789abcdef0`,
      targetGroupArn: `${arn}:targetgroup/tg-0123456789abcdef0`,
      region: 'eu-west-1',
      timeEpoch: `${time}000`,
    },
  }
}

function lattice1({ method }: ClientRequest, parts: Parts): Record<string, unknown> {
  const { path, rawQuery, query, headers, body, isBase64Encoded } = parts
  return {
    raw_path: rawQuery === '' ? path : `${path}?${rawQuery}`,
    method,
    headers: joined(headers, ', '),
    query_string_parameters: singles(query),
    body: body ?? '',
    is_base64_encoded: isBase64Encoded,
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** `12/Mar/2020:19:03:58 +0000`. */
function clfTime(time: number): string {
  const [, day, month, year, clock] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}
