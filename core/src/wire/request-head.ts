import { WireError } from './wire.ts'
import type { WireAddress, WireRequest } from './wire.ts'

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// Above U+00FF a character would be cut down to one byte, and could become the line break that nobody looked for.
const unsafeValue = /[^\t\x20-\x7e\x80-\xff]/
const unsafePath = /[^\x21-\x7e]/
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'trailer',
  'te',
  'upgrade',
  'expect',
])

/** @throws WireError `request` when the request can't be sent as it is */
export function checkRequest(request: WireRequest): void {
  const { method, path, headers, body } = request
  if (!path.startsWith('/') || unsafePath.test(path)) {
    throw new WireError('request', `the path ${JSON.stringify(path)} must begin with a slash and be percent-encoded`)
  }
  if (method === 'GET' && body !== undefined) throw new WireError('request', 'a GET carries no body')
  for (const name in headers) {
    checkField(name, headers[name] ?? '')
    if (ownHeaders.has(name.toLowerCase()))
      throw new WireError('request', `the header '${name}' is set by the wire itself`)
  }
  for (const name of request.trailerNames ?? []) checkField(name, '')
}

/** The request line and headers, to be sent as latin1. */
export function renderRequestHead(request: WireRequest, host: string): string {
  const { headers, body, trailerNames } = request
  let text = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`
  if (request.method === 'GET') return `${text}\r\n`
  if (body === undefined || body instanceof Uint8Array) return `${text}content-length: ${body?.length ?? 0}\r\n\r\n`
  if (trailerNames?.length) text += `trailer: ${trailerNames.join(', ')}\r\n`
  return `${text}transfer-encoding: chunked\r\n\r\n`
}

/**
 * The announced trailers that the request has now, as lines; empty when it has none.
 * @throws WireError `request` when one can't be sent, and whatever `trailers()` throws
 */
export function renderTrailers(request: WireRequest): string {
  const trailers = request.trailers?.() ?? {}
  let text = ''
  for (const name of request.trailerNames ?? []) {
    const value = trailers[name]
    if (value === undefined) continue
    checkField(name, value)
    text += `${name}: ${value}\r\n`
  }
  return text
}

/** The `Host` header's value. */
export function hostOf(address: WireAddress): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

function checkField(name: string, value: string): void {
  if (!token.test(name)) throw new WireError('request', `${JSON.stringify(name)} is no header name`)
  if (unsafeValue.test(value)) {
    throw new WireError(
      'request',
      `the value of the header '${name}' holds a line break, another control character, or one beyond latin1`,
    )
  }
}
