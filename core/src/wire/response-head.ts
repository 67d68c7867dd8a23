import { WireError } from './wire.ts'

/** A response's status line and headers, and what they say about what follows. RFC 9112 §4, §5, §6.3 and §9.3. */
export interface ResponseHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** How the body ends: after so many bytes, with the last chunk, or with the connection. */
  readonly body: number | 'chunked' | 'close'
  /** The connection can carry another exchange afterwards. */
  readonly keepAlive: boolean
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// A CR or an LF that is not half of a line's end: someone else would read it differently.
const strayLineEnd = /\r(?!\n)|(?<!\r)\n/
const decimal = /^\d{1,15}$/

/**
 * Reads the text before the empty line, decoded as latin1.
 *
 * Strict where readers could disagree about where the response ends: folded lines, a second or malformed length, a length beside a transfer
 * coding, and codings other than `chunked` are refused. Other control characters may stand in a value: whoever sends an event can put them into its client context, and
 * the platform passes them on.
 * @throws WireError `protocol`
 */
export function parseResponseHead(text: string): ResponseHead {
  if (strayLineEnd.test(text)) throw new WireError('protocol', "the response's head holds half of a line's end")
  let at = text.indexOf('\r\n')
  const first = at < 0 ? text : text.slice(0, at)
  const match = statusLine.exec(first)
  if (!match)
    throw new WireError(
      'protocol',
      `the response begins with '${first.slice(0, 40)}', not with an HTTP/1.1 status line`,
    )
  const http11 = match[1] === '1'
  const status = Number(match[2])

  const headers: Record<string, string> = Object.create(null)
  let length: number | undefined
  let chunked = false
  let connection = ''
  while (at >= 0) {
    const start = at + 2
    at = text.indexOf('\r\n', start)
    const end = at < 0 ? text.length : at
    const colon = fieldColon(text, start, end)
    const name = text.slice(start, colon).toLowerCase()
    const value = trimBlanks(text, colon + 1, end)
    headers[name] = value
    if (name === 'content-length') {
      if (length !== undefined || !decimal.test(value))
        throw new WireError('protocol', `the response's content-length '${value}' is repeated or no number`)
      length = Number(value)
    } else if (name === 'transfer-encoding') {
      if (chunked || value.toLowerCase() !== 'chunked')
        throw new WireError('protocol', `the response's transfer-encoding '${value}' is repeated or unknown`)
      chunked = true
    } else if (name === 'connection') {
      connection += `,${value.toLowerCase()}`
    }
  }
  if (chunked && length !== undefined)
    throw new WireError('protocol', 'the response has both a content-length and a transfer-encoding')

  const bodyless = status < 200 || status === 204 || status === 304
  const body = bodyless ? 0 : chunked ? 'chunked' : (length ?? 'close')
  // What a peer may wrongly send after a bodyless head would be taken for the next response, and a transfer coding under 1.0 is unreliable.
  const doubtful = (bodyless && status >= 200 && (chunked || Boolean(length))) || (chunked && !http11)
  const keepAlive =
    body !== 'close' && !doubtful && !hasOption(connection, 'close') && (http11 || hasOption(connection, 'keep-alive'))
  return { status, headers, body, keepAlive }
}

/** Position of the colon of a header or trailer line that has a valid name. @throws WireError `protocol` */
export function fieldColon(text: string, start: number, end: number): number {
  const colon = text.indexOf(':', start)
  if (colon < 0 || colon >= end || !token.test(text.slice(start, colon))) {
    throw new WireError(
      'protocol',
      `the response holds the header line '${text.slice(start, Math.min(end, start + 40))}'`,
    )
  }
  return colon
}

/** The part without spaces and tabs around it. By hand: a pattern for it takes quadratic time on long runs of spaces. */
export function trimBlanks(text: string, start = 0, end = text.length): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function hasOption(connection: string, option: string): boolean {
  return connection !== '' && connection.split(',').some((part) => part.trim() === option)
}
