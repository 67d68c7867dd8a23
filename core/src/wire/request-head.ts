import { WireError } from './wire.ts'
import type { WireAddress, WireRequest } from './wire.ts'

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// A character above U+00FF would be cut to one byte, which could be a line break.
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

/** @throws WireError `request` for a request that can't be sent */
export function checkRequest(request: WireRequest): void {
  checkLine(request)
  checkHeaders(request)
}

function checkLine({ method, path, body, trailerNames }: WireRequest): void {
  if (!path.startsWith('/') || unsafePath.test(path)) {
    throw new WireError('request', `the path ${JSON.stringify(path)} must begin with a slash and be percent-encoded`)
  }
  if (method === 'GET' && body !== undefined) throw new WireError('request', 'a GET request has no body')
  if (trailerNames) for (const name of trailerNames) checkField(name, '')
}

function checkHeaders({ headers }: WireRequest): void {
  for (const name in headers) {
    checkField(name, headers[name] ?? '')
    if (ownHeaders.has(name.toLowerCase()))
      throw new WireError('request', `the header '${name}' is set by the HTTP client itself`)
  }
}

/** Checks and writes the heads of one wire's requests, and reuses the text of the previous head. */
export class RequestHeads {
  readonly #host: string
  #lastGet: { readonly request: WireRequest; readonly head: string } | undefined
  #lastHeaders: { readonly headers: WireRequest['headers']; readonly lines: string } | undefined

  constructor(host: string) {
    this.#host = host
  }

  /**
   * The request line and headers, to be sent as latin1.
   * @throws WireError `request` for a request that can't be sent
   */
  render(request: WireRequest): string {
    const { method, path, headers } = request
    if (request === this.#lastGet?.request) return this.#lastGet.head
    checkLine(request)
    let last = this.#lastHeaders
    if (!last || last.headers !== headers) {
      checkHeaders(request)
      last = { headers, lines: linesOf(headers) }
      this.#lastHeaders = last
    }
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${last.lines}${lastLines(request)}`
    if (method === 'GET') this.#lastGet = { request, head }
    return head
  }
}

/** The request line and headers, to be sent as latin1. */
export function renderRequestHead(request: WireRequest, host: string): string {
  return new RequestHeads(host).render(request)
}

function linesOf(headers: WireRequest['headers']): string {
  let text = ''
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`
  return text
}

/** The header lines about the body. */
function lastLines({ method, body, trailerNames }: WireRequest): string {
  if (method === 'GET') return '\r\n'
  if (body === undefined || body instanceof Uint8Array) return `content-length: ${body?.length ?? 0}\r\n\r\n`
  const trailer = trailerNames?.length ? `trailer: ${trailerNames.join(', ')}\r\n` : ''
  return `${trailer}transfer-encoding: chunked\r\n\r\n`
}

/**
 * The announced trailers with their present values, as lines; empty if there are none.
 * @throws WireError `request` for an invalid trailer, and errors of `trailers()`
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
  if (!token.test(name)) throw new WireError('request', `${JSON.stringify(name)} is not a header name`)
  if (unsafeValue.test(value)) {
    throw new WireError(
      'request',
      `the value of the header '${name}' holds a line break, another control character, or one beyond latin1`,
    )
  }
}
