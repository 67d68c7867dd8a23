import { isUtf8 } from 'node:buffer'
import type { HttpHead } from '../answer.ts'
import type { ProxyKind } from '../events/kinds.ts'
import { bytesToText, gatherHeaders, hasHeader, inferType } from './answer.ts'
import type { Header, Headers, HttpAnswer } from './answer.ts'
import { dialects } from './dialects.ts'
import type { Dialect } from './dialects.ts'
import { statusText } from './status-text.ts'

/**
 * Writes an answer in the dialect of the event's front door, as JSON text.
 *
 * A body is written as text if its bytes are UTF-8, else as base64; with a `content-encoding` always as base64. Without
 * a content type it gets `application/json` for JSON, else `text/plain`, because the front doors' own defaults differ.
 */
export function shape(answer: HttpAnswer, kind: ProxyKind): string {
  const dialect = dialects[kind]
  const { http, body } = answer
  const gathered = withType(gatherHeaders(http), answer)
  const isText = !isEncoded(gathered.headers) && (typeof body === 'string' || isUtf8(body))
  return JSON.stringify({
    ...headOf(http, gathered, dialect),
    body: isText
      ? typeof body === 'string'
        ? body
        : bytesToText(body)
      : bytesToText(Buffer.from(body as string), 'base64'),
    isBase64Encoded: !isText,
  })
}

/** The metadata in front of a streamed body. Only function URLs and REST APIs can stream. */
export function shapePrelude(answer: Omit<HttpAnswer, 'body'>, kind: ProxyKind): string {
  return JSON.stringify(headOf(answer.http, withType(gatherHeaders(answer.http), answer), dialects[kind]))
}

/** The number of cookies that a front door can't carry; only the last one is sent. */
export function lostCookies(http: HttpHead, kind: ProxyKind): readonly string[] {
  const single = kind === 'alb' || dialects[kind].headers === 'single'
  return single && kind !== 'websocket' ? gatherHeaders(http).cookies.slice(0, -1) : []
}

function headOf({ statusCode = 200 }: HttpHead, gathered: Headers, dialect: Dialect): Record<string, unknown> {
  return {
    statusCode,
    ...(dialect.statusDescription && { statusDescription: `${statusCode} ${statusText(statusCode)}`.trim() }),
    ...headerKeys(gathered, dialect),
  }
}

function headerKeys({ headers, cookies }: Headers, dialect: Dialect): Record<string, unknown> {
  const all: readonly Header[] = cookies.length > 0 ? [...headers, ['set-cookie', cookies]] : headers
  const last = cookies.at(-1)
  const joined = fromPairs(headers.map(([name, values]) => [name, values.join(', ')]))
  const single = last === undefined ? joined : fromPairs([...Object.entries(joined), ['set-cookie', last]])
  switch (dialect.headers) {
    case 'joined':
      return { headers: joined, ...(cookies.length > 0 && { cookies }) }
    case 'lists':
      return { multiValueHeaders: fromPairs(all) }
    case 'both':
      return { headers: single, multiValueHeaders: fromPairs(all) }
    default:
      if (cookies.length > 1 && dialect.keys.includes('multiValueHeaders'))
        return { headers: joined, multiValueHeaders: { 'set-cookie': cookies } }
      return { headers: single }
  }
}

function withType(
  gathered: Headers,
  { contentType, body }: { contentType?: string | undefined; body?: string | Uint8Array },
): Headers {
  if (hasHeader(gathered.headers, 'content-type')) return gathered
  // An empty body gets a type too, because front doors would add their own. The content of a stream isn't known yet.
  const type = contentType ?? (body === undefined ? undefined : inferType(body))
  if (type === undefined) return gathered
  return { ...gathered, headers: [...gathered.headers, ['content-type', [type]]] }
}

function isEncoded(headers: readonly Header[]): boolean {
  return headers.some(
    ([name, values]) => name.toLowerCase() === 'content-encoding' && values.join().toLowerCase() !== 'identity',
  )
}

/** A header may have the name `__proto__`. */
function fromPairs(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object = Object.create(null) as Record<string, unknown>
  for (const [name, value] of pairs) object[name] = value
  return object
}
