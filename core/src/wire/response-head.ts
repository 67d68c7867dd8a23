import { WireError } from './wire.ts'

/** A response's status line and headers, and what they say about what follows. RFC 9112 §4, §5, §6.3 and §9.3. */
export interface ResponseHead {
  readonly status: number
  /** In lower case, in their order; a name may stand there twice. */
  readonly names: readonly string[]
  readonly values: readonly string[]
  /** It holds printable ASCII alone. */
  readonly isPlain: boolean
  /** How the body ends: after so many bytes, with the last chunk, or with the connection. */
  readonly body: number | 'chunked' | 'close'
  /** The connection can carry another exchange afterwards. */
  readonly keepAlive: boolean
}

/** A head that was read once: a server writes the same names in the same order again and again, and only values change. */
interface Shape {
  readonly statusLine: string
  readonly status: number
  readonly http11: boolean
  /** Names as they were written, with the colon. */
  readonly written: readonly string[]
  readonly names: readonly string[]
}

/** A peer has few: one for events, one for accepted answers. */
const mostShapes = 4

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const unusual = /[^\u0020-\u007e\r\n]/
// A CR or an LF that is not half of a line's end: someone else would read it differently.
const strayLineEnd = /\r(?!\n)|(?<!\r)\n/
const decimal = /^\d{1,15}$/

/**
 * Reads the heads of one connection.
 *
 * Strict where readers could disagree about where the response ends: folded lines, a second or malformed length, a length beside a transfer
 * coding, and codings other than `chunked` are refused. Other control characters may stand in a value: whoever sends an event can put them into its client context, and
 * the platform passes them on.
 */
export class ResponseHeadReader {
  readonly #shapes: Shape[] = []

  /**
   * @param text what stands before the empty line, decoded as latin1
   * @throws WireError `protocol`
   */
  read(text: string): ResponseHead {
    if (strayLineEnd.test(text)) throw new WireError('protocol', "the response's head holds half of a line's end")
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

/** The values of a head that has this shape; `undefined` for any other. */
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

/** The one copy that V8 keeps of each key: who looks for a name compares addresses, not letters. */
function shared(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string
}

/** What the headers say about the body and the connection. @throws WireError `protocol` */
function headOf({ status, http11, names }: Shape, values: readonly string[], text: string): ResponseHead {
  let length: number | undefined
  let chunked = false
  let connection = ''
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    const value = values[index] as string
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
