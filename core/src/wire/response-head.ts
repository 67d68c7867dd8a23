import { WireError } from './wire.ts'

/** A response's status line and headers, and the facts about its body. RFC 9112 §4, §5, §6.3 and §9.3. */
export interface ResponseHead {
  readonly status: number
  /** Names in lower case, in their order; a name may occur twice. */
  readonly names: readonly string[]
  readonly values: readonly string[]
  /** True if it has only printable ASCII. */
  readonly isPlain: boolean
  /** How the body ends: after a number of bytes, with the last chunk, or with the connection. */
  readonly body: number | 'chunked' | 'close'
  /** True if the connection can carry another exchange afterwards. */
  readonly keepAlive: boolean
}

/**
 * The shape of a head that was read before: a server writes the same names in the same order again and again, and only
 * the values change.
 */
interface Shape {
  readonly statusLine: string
  readonly status: number
  readonly http11: boolean
  /** Names as they were written, with the colon. */
  readonly written: readonly string[]
  readonly names: readonly string[]
}

/** A peer has few shapes: one for events, one for accepted answers. */
const mostShapes = 4

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const unusual = /[^\u0020-\u007e\r\n]/
// A CR or an LF alone: other programs might read it differently.
const strayLineEnd = /\r(?!\n)|(?<!\r)\n/
const decimal = /^\d{1,15}$/

/**
 * Reads the heads of one connection.
 *
 * It is strict where readers could disagree about the end of the response: it refuses folded lines, a second or
 * malformed length, a length beside a transfer coding, and codings other than `chunked`. Other control characters are
 * allowed in a value, because an invoker can put them into its client context, and the platform passes them on.
 */
export class ResponseHeadReader {
  readonly #shapes: Shape[] = []

  /**
   * @param text the text before the empty line, decoded as latin1
   * @throws WireError `protocol`
   */
  read(text: string): ResponseHead {
    if (strayLineEnd.test(text))
      throw new WireError('protocol', "the response's head has a carriage return or a newline alone")
    for (const shape of this.#shapes) {
      const values = valuesIn(shape, text)
      if (values) return headOf(shape, values, text)
    }
    const { shape, values } = readLines(text)
    const head = headOf(shape, values, text)
    if (this.#shapes.length === mostShapes) this.#shapes.pop()
    this.#shapes.unshift(shape)
    return head
  }
}

/** The values of a head of this shape; `undefined` for any other head. */
function valuesIn({ statusLine: first, written }: Shape, text: string): readonly string[] | undefined {
  if (!text.startsWith(first)) return undefined
  const values: string[] = []
  let at = first.length
  for (const name of written) {
    if (!text.startsWith('\r\n', at) || !text.startsWith(name, at + 2)) return undefined
    const start = at + 2 + name.length
    const next = text.indexOf('\r\n', start)
    at = next < 0 ? text.length : next
    values.push(trimBlanks(text, start, at))
  }
  return at === text.length ? values : undefined
}

/** @throws WireError `protocol` */
function readLines(text: string): { readonly shape: Shape; readonly values: readonly string[] } {
  let at = text.indexOf('\r\n')
  const first = at < 0 ? text : text.slice(0, at)
  const match = statusLine.exec(first)
  if (!match)
    throw new WireError(
      'protocol',
      `the response begins with '${first.slice(0, 40)}', not with an HTTP/1.1 status line`,
    )
  const written: string[] = []
  const names: string[] = []
  const values: string[] = []
  while (at >= 0) {
    const start = at + 2
    at = text.indexOf('\r\n', start)
    const end = at < 0 ? text.length : at
    const colon = fieldColon(text, start, end)
    written.push(text.slice(start, colon + 1))
    names.push(shared(text.slice(start, colon).toLowerCase()))
    values.push(trimBlanks(text, colon + 1, end))
  }
  const shape = { statusLine: first, status: Number(match[2]), http11: match[1] === '1', written, names }
  return { shape, values }
}

/** Interns the key in V8, so that comparing names compares addresses, not letters. */
function shared(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string
}

/** The facts in the headers about body and connection. @throws WireError `protocol` */
function headOf({ status, http11, names }: Shape, values: readonly string[], text: string): ResponseHead {
  let length: number | undefined
  let chunked = false
  let connection = ''
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    const value = values[index] as string
    if (name === 'content-length') {
      if (length !== undefined || !decimal.test(value))
        throw new WireError('protocol', `the response's content-length '${value}' is repeated or not a number`)
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
  // Bytes that a peer wrongly sends after a bodyless head would look like the next response, and a transfer coding
  // under HTTP/1.0 is unreliable.
  const doubtful = (bodyless && status >= 200 && (chunked || Boolean(length))) || (chunked && !http11)
  const keepAlive =
    body !== 'close' && !doubtful && !hasOption(connection, 'close') && (http11 || hasOption(connection, 'keep-alive'))
  return { status, names, values, isPlain: !unusual.test(text), body, keepAlive }
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

/**
 * The text without spaces and tabs around it. Written by hand, because a pattern takes quadratic time on long runs of
 * spaces.
 */
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
