import type { Invocation } from '../contract.ts'
import { kindOf } from '../events/kind-of.ts'
import { isProxyKind } from '../events/kinds.ts'
import type { ProxyKind } from '../events/kinds.ts'
import { bytesToText, valuesOf } from './answer.ts'
import { grouped } from './grouped.ts'
import { fieldsOf } from './fields.ts'
import type { Fields } from './fields.ts'

type Json = Readonly<Record<string, unknown>>
type Values = ReadonlyMap<string, readonly string[]>

/**
 * The request of an HTTP event, the same behind every front door.
 *
 * If a query parameter or a field occurs several times, the last value counts, because an ALB sends only that one. For
 * a cookie the first value counts, as RFC 6265 sorts them.
 */
export interface HttpRequest {
  readonly kind: ProxyKind
  /** In upper case; empty for a WebSocket message. */
  readonly method: string
  /** The decoded path, without query and stage. */
  readonly path: string
  /** The decoded body; `undefined` when absent. */
  readonly body: Uint8Array | undefined
  /** The fields of a form (also `multipart/form-data`) or of a JSON object in the body. */
  readonly fields: Fields
  /** A path parameter of the configuration's route, or of API Gateway's route. */
  param(name: string): string | undefined
  query(name: string): string | undefined
  /** A header, in any case; several values are joined by `, `. */
  header(name: string): string | undefined
  cookie(name: string): string | undefined
  /** All names; names of headers are in lower case. */
  names(part: 'param' | 'query' | 'header' | 'cookie'): readonly string[]
  /** A field as text: a string unchanged, other JSON as JSON text; `null` counts as missing. */
  field(name: string): string | undefined
}

/**
 * The request for a handler.
 * @returns `undefined` when the event is no HTTP request
 */
export function request({ event, params }: Pick<Invocation, 'event' | 'params'>): HttpRequest | undefined {
  const kind = kindOf(event)
  if (!isProxyKind(kind)) return undefined
  try {
    return new EventRequest(kind, JSON.parse(bytesToText(event)) as Json, params)
  } catch {
    // The event looked like a request, but isn't JSON.
    return undefined
  }
}

/** Keys of an event with method and path. */
export const lineKeys: readonly string[] = ['httpMethod', 'method', 'path', 'raw_path', 'rawPath', 'requestContext']

/**
 * Method and path of an HTTP event.
 * @param event parsed; only the {@link lineKeys} are needed
 */
export function requestLine(kind: ProxyKind, event: Json): Pick<HttpRequest, 'method' | 'path'> {
  const http = part(part(event, 'requestContext'), 'http')
  return {
    method: text(event['httpMethod'] ?? event['method'] ?? http['method']).toUpperCase(),
    path: isVersion2(kind) ? withoutStage(event) : decode(pathOf(event)),
  }
}

class EventRequest implements HttpRequest {
  readonly kind: ProxyKind
  readonly method: string
  readonly path: string
  readonly #event: Json
  readonly #params: Json
  #query: Values | undefined
  #headers: Values | undefined
  #cookies: Values | undefined
  #body: { readonly bytes: Uint8Array | undefined } | undefined
  #fields: Fields | undefined

  constructor(kind: ProxyKind, event: Json, params: Json = pathParameters(event)) {
    this.kind = kind
    this.#event = event
    this.#params = params
    const { method, path } = requestLine(kind, event)
    this.method = method
    this.path = path
  }

  get body(): Uint8Array | undefined {
    this.#body ??= { bytes: bodyOf(this.#event) }
    return this.#body.bytes
  }

  get fields(): Fields {
    this.#fields ??= fieldsOf(this.body, this.header('content-type') ?? '')
    return this.#fields
  }

  param(name: string): string | undefined {
    return last(valuesOf(own(this.#params, name)))
  }

  query(name: string): string | undefined {
    return last(this.#allQuery.get(name))
  }

  header(name: string): string | undefined {
    const key = name.toLowerCase()
    return this.#allHeaders.get(key)?.join(key === 'cookie' ? '; ' : ', ')
  }

  cookie(name: string): string | undefined {
    return this.#allCookies.get(name)?.[0]
  }

  names(part: 'param' | 'query' | 'header' | 'cookie'): readonly string[] {
    switch (part) {
      case 'param':
        return Object.keys(this.#params)
      case 'query':
        return [...this.#allQuery.keys()]
      case 'header':
        return [...this.#allHeaders.keys()]
      default:
        return [...this.#allCookies.keys()]
    }
  }

  field(name: string): string | undefined {
    return this.fields.text(name)
  }

  get #allQuery(): Values {
    this.#query ??= queryOf(this.kind, this.#event)
    return this.#query
  }

  get #allCookies(): Values {
    this.#cookies ??= cookiesOf(this.#allHeaders)
    return this.#cookies
  }

  get #allHeaders(): Values {
    this.#headers ??= headersOf(this.#event)
    return this.#headers
  }
}

function isVersion2(kind: ProxyKind): boolean {
  return kind === 'http' || kind === 'url'
}

/** REST APIs, payload 1.0 and ALB leave a path encoded; payload 2.0 decodes it. VPC Lattice adds the query to it. */
function pathOf(event: Json): string {
  return text(event['path'] ?? event['raw_path']).split('?', 1)[0] as string
}

/** Only payload 2.0's raw path contains the stage. */
function withoutStage(event: Json): string {
  const path = text(event['rawPath'])
  const stage = text(part(event, 'requestContext')['stage'])
  if (stage === '' || stage === '$default') return path
  return path === `/${stage}` ? '/' : path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path
}

function queryOf(kind: ProxyKind, event: Json): Values {
  const raw = event['rawQueryString']
  if (typeof raw === 'string') return grouped(new URLSearchParams(raw))
  const values = part(event, 'multiValueQueryStringParameters', 'queryStringParameters', 'query_string_parameters')
  const pairs = Object.entries(values).map(([name, value]): [string, string[]] => [name, valuesOf(value)])
  if (!kind.startsWith('alb')) return new Map(pairs)
  // An ALB decodes neither names nor values.
  const decoded = (value: string): string => decode(value.replaceAll('+', ' '))
  return new Map(pairs.map(([name, list]) => [decoded(name), list.map(decoded)]))
}

function headersOf(event: Json): Values {
  const headers = new Map<string, string[]>()
  for (const [name, value] of Object.entries(part(event, 'multiValueHeaders', 'headers'))) {
    const key = name.toLowerCase()
    headers.set(key, [...(headers.get(key) ?? []), ...valuesOf(value)])
  }
  // Payload 2.0 removes the cookies from the headers.
  const { cookies } = event
  if (Array.isArray(cookies) && !headers.has('cookie')) headers.set('cookie', cookies.map(String))
  return headers
}

function cookiesOf(headers: Values): Values {
  const pairs = (headers.get('cookie') ?? []).flatMap((value) => value.split(';'))
  return grouped(
    pairs.flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=')
      return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]]
    }),
  )
}

function bodyOf(event: Json): Uint8Array | undefined {
  const { body } = event
  if (typeof body !== 'string') return undefined
  const encoded = event['isBase64Encoded'] ?? event['is_base64_encoded']
  return Buffer.from(body, encoded === true || encoded === 'true' ? 'base64' : 'utf8')
}

function pathParameters(event: Json): Json {
  return part(event, 'pathParameters')
}

/** The first of these keys with an object. */
function part(event: Json, ...keys: readonly string[]): Json {
  for (const key of keys) {
    const value = own(event, key)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  }
  return {}
}

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function last(values: readonly string[] | undefined): string | undefined {
  return values?.at(-1)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Text with invalid encoding stays unchanged. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
