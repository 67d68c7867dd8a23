import { fc } from '../../support/properties.ts'

/** A valid response, and what a client has to make of it. */
export interface GeneratedResponse {
  readonly bytes: Buffer
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The server has to end the connection after it. */
  readonly ends: boolean
}

const tokenChars = [..."!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"]
const textChars = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((char) =>
  /[\x21-\x7e\x80-\xff]/.test(char),
)
// Those with a meaning for the framing or the connection are put in by hand.
const meaningful = /^(?:content-length|transfer-encoding|connection|proxy-connection|keep-alive|upgrade|trailer)$/i

const name = fc
  .string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 30 })
  .filter((text) => !meaningful.test(text))
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 })
const word = fc.string({ unit: fc.constantFrom(...textChars), minLength: 1, maxLength: 40 })
const value = fc.array(word, { maxLength: 4 }).map((words) => words.join(' \t'))
const fields = fc.array(fc.record({ name, value, before: blanks, after: blanks }), { maxLength: 12 })
const extension = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 10 }).map((text) => `;${text}=1`),
)
const body = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300_000 }).map((size) => new Uint8Array(size).fill(0x0d)) },
)

type Fields = typeof fields extends fc.Arbitrary<infer Value> ? Value : never

function render(list: Fields): string {
  return list.map(({ name: key, value: text, before, after }) => `${key}:${before}${text}${after}\r\n`).join('')
}

/** Interim responses are 102 and 103: undici refuses a 100 that nobody asked for. */
export const validResponse: fc.Arbitrary<GeneratedResponse> = fc
  .record({
    interim: fc.array(fc.record({ status: fc.constantFrom(102, 103), fields }), { maxLength: 2 }),
    minor: fc.constantFrom(1, 1, 1, 0),
    status: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 202, 204, 304)),
    reason: fc.oneof(
      fc.constant(''),
      word.map((text) => ` ${text}`),
    ),
    fields,
    connection: fc.constantFrom('', '', 'connection: close\r\n', 'Connection: keep-alive\r\n'),
    framing: fc.constantFrom('length', 'chunked', 'close'),
    body,
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
    extension,
    upper: fc.boolean(),
    zeros: fc.integer({ min: 0, max: 3 }),
    trailers: fields,
  })
  .map((made) => {
    const bodyless = made.status === 204 || made.status === 304
    // A transfer coding under HTTP/1.0 is read differently by different clients.
    const framing = bodyless ? 'none' : made.minor === 0 && made.framing === 'chunked' ? 'length' : made.framing
    const content = Buffer.from(bodyless ? [] : made.body)
    const length =
      framing === 'length'
        ? `Content-Length: ${content.length}\r\n`
        : framing === 'chunked'
          ? 'Transfer-Encoding: chunked\r\n'
          : ''
    const interim = made.interim.map((one) => `HTTP/1.1 ${one.status} Wait\r\n${render(one.fields)}\r\n`).join('')
    const head = `${interim}HTTP/1.${made.minor} ${made.status}${made.reason}\r\n${render(made.fields)}${length}${made.connection}\r\n`
    const payload = framing === 'chunked' ? chunks(content, made) : content

    const headers: Record<string, string> = Object.create(null)
    for (const field of made.fields) headers[field.name.toLowerCase()] = field.value
    for (const line of [length, made.connection]) {
      const match = /^(.*?): (.*)\r\n/.exec(line)
      if (match) headers[(match[1] ?? '').toLowerCase()] = match[2] ?? ''
    }
    return {
      bytes: Buffer.concat([Buffer.from(head, 'latin1'), payload]),
      status: made.status,
      headers,
      body: content,
      ends: framing === 'close',
    }
  })

interface Chunking {
  readonly cuts: readonly number[]
  readonly extension: string
  readonly upper: boolean
  readonly zeros: number
  readonly trailers: Fields
}

function chunks(content: Buffer, made: Chunking): Buffer {
  const out: Buffer[] = []
  for (const part of split(content, made.cuts)) {
    const size = part.length.toString(16)
    out.push(
      Buffer.from(`${'0'.repeat(made.zeros)}${made.upper ? size.toUpperCase() : size}${made.extension}\r\n`),
      part,
      Buffer.from('\r\n'),
    )
  }
  out.push(Buffer.from(`0${made.extension}\r\n${render(made.trailers)}\r\n`, 'latin1'))
  return Buffer.concat(out)
}

/** Cuts bytes at fractions of their length; no part is empty. */
export function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length])].toSorted(
    (a, b) => a - b,
  )
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

export const cutPoints = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })

interface Mutation {
  readonly kind: 'flip' | 'insert' | 'remove' | 'repeat' | 'truncate'
  readonly at: number
  readonly text: string
  readonly size: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip' as const, 'insert' as const, 'remove' as const, 'repeat' as const, 'truncate' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  text: fc.oneof(
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 3 }),
    fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      '\0',
      ' ',
      ':',
      '0\r\n\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      'HTTP/1.1 200 OK\r\n',
      'ffffffffff',
      '-1',
    ),
  ),
  size: fc.integer({ min: 1, max: 30 }),
})

/** A response with some damage, mostly in its head. */
export const damagedResponse: fc.Arbitrary<Buffer> = fc
  .tuple(validResponse, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([{ bytes }, mutations]) => mutations.reduce(damage, bytes.subarray(0, 4000)))

function damage(bytes: Buffer, { kind, at, text, size }: Mutation): Buffer {
  const position = Math.floor(at * bytes.length)
  const before = bytes.subarray(0, position)
  const after = bytes.subarray(position)
  const insert = Buffer.from(text, 'latin1')
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, insert, after.subarray(insert.length)])
    case 'insert':
      return Buffer.concat([before, insert, after])
    case 'remove':
      return Buffer.concat([before, after.subarray(size)])
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, size), after])
    case 'truncate':
      return before
  }
}
