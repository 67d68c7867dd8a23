import { describe, expect, it } from 'vitest'
import { ResponseParser } from '../../../core/src/wire/response-parser.ts'
import { WireError, wireLimits } from '../../../core/src/wire/wire.ts'
import type { WireResponse } from '../../../core/src/wire/wire.ts'

/** Feeds the bytes in pieces of `size`, each overwritten afterwards, as a reader with one buffer does. */
function feed(parser: ResponseParser, text: string | Buffer, size = Infinity): WireResponse | undefined {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
  let response: WireResponse | undefined
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size))
    response = parser.push(piece) ?? response
    piece.fill(0x58)
  }
  return response
}

function refusal(text: string, size?: number): WireError {
  const parser = new ResponseParser()
  try {
    feed(parser, text, size)
    parser.end()
  } catch (error) {
    if (error instanceof WireError) return error
    throw error
  }
  throw new Error(`not refused: ${JSON.stringify(text.slice(0, 200))}`)
}

const valid: Record<
  string,
  { text: string; status: number; body: string; reusable: boolean; headers?: Record<string, string>; ends?: boolean }
> = {
  'a body with a length': {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    status: 200,
    body: 'hello',
    reusable: true,
  },
  'an empty body': {
    text: 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n',
    status: 202,
    body: '',
    reusable: true,
  },
  'a head without a reason': {
    text: 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\nx',
    status: 200,
    body: 'x',
    reusable: true,
  },
  'an empty reason': { text: 'HTTP/1.1 200 \r\ncontent-length: 1\r\n\r\nx', status: 200, body: 'x', reusable: true },
  'names in any case, values with blanks around, empty values, the last of two': {
    text: 'HTTP/1.1 200 OK\r\nX-UPPER:v\r\nempty:\r\nblank: \t \r\nwide: \t a  b \t\r\ntwice: 1\r\nTwice: 2\r\ncolon: a:b\r\nContent-Length: 0\r\n\r\n',
    status: 200,
    body: '',
    reusable: true,
    headers: { 'x-upper': 'v', empty: '', blank: '', wide: 'a  b', twice: '2', colon: 'a:b', 'content-length': '0' },
  },
  'latin1 values': {
    text: 'HTTP/1.1 200 OK\r\nv: \xe4\xff\x80\r\ncontent-length: 0\r\n\r\n',
    status: 200,
    body: '',
    reusable: true,
    headers: { v: '\xe4\xff\x80', 'content-length': '0' },
  },
  'names that objects have': {
    text: 'HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\ncontent-length: 0\r\n\r\n',
    status: 200,
    body: '',
    reusable: true,
  },
  chunks: {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
    status: 200,
    body: 'hello world',
    reusable: true,
  },
  'chunks with extensions, upper-case and padded sizes, trailers': {
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n00A;name="a;b"\r\n0123456789\r\n000;last\r\nTrailer-One: 1\r\ntwo:\r\n\r\n',
    status: 200,
    body: '0123456789',
    reusable: true,
    headers: { 'transfer-encoding': 'chunked' },
  },
  'no chunks': {
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 200,
    body: '',
    reusable: true,
  },
  'interim responses before it': {
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-length: 7\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    reusable: true,
    headers: { 'content-length': '2' },
  },
  'a 204': { text: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, body: '', reusable: true },
  'a 204 with a length, whose body nobody can be sure of': {
    text: 'HTTP/1.1 204 No Content\r\ncontent-length: 3\r\n\r\n',
    status: 204,
    body: '',
    reusable: false,
  },
  'a 304': { text: 'HTTP/1.1 304 Not Modified\r\n\r\n', status: 304, body: '', reusable: true },
  'Connection: close': {
    text: 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    reusable: false,
  },
  'close in the first of two Connection headers': {
    text: 'HTTP/1.1 200 OK\r\nconnection: close\r\nconnection: x\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    reusable: false,
  },
  'HTTP/1.0': { text: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', status: 200, body: 'ok', reusable: false },
  'HTTP/1.0 kept alive': {
    text: 'HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
    reusable: true,
  },
  'HTTP/1.0 with chunks': {
    text: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    status: 200,
    body: 'ok',
    reusable: false,
  },
  'a body to the end of the connection': {
    text: 'HTTP/1.1 200 OK\r\n\r\nall the rest\r\n\r\n',
    status: 200,
    body: 'all the rest\r\n\r\n',
    reusable: false,
    ends: true,
  },
  'an empty body to the end of the connection': {
    text: 'HTTP/1.1 500 Oops\r\n\r\n',
    status: 500,
    body: '',
    reusable: false,
    ends: true,
  },
}

describe('a response', () => {
  it.each(Object.entries(valid))(
    'with %s is read, wherever it is split',
    (_name, { text, status, body, reusable, headers, ends }) => {
      for (let size = 1; size <= text.length; size++) {
        const parser = new ResponseParser()
        const early = feed(parser, text, size)
        const response = ends ? parser.end() : early
        expect(early === undefined).toBe(ends === true)
        expect(response?.status).toBe(status)
        expect(response?.body.toString('latin1')).toBe(body)
        expect(parser.reusable).toBe(reusable)
        expect({ ...response?.headers }).toEqual(headers ?? expect.anything())
      }
    },
  )

  it('is not complete before its last byte', () => {
    for (const { text, ends } of Object.values(valid)) {
      if (ends) continue
      const parser = new ResponseParser()
      expect(feed(parser, text.slice(0, -1))).toBeUndefined()
      expect(parser.begun).toBe(true)
      expect(feed(parser, text.slice(-1))).toBeDefined()
      expect(parser.begun).toBe(false)
    }
  })

  it('has headers that inherit nothing', () => {
    const response = feed(new ResponseParser(), valid['names that objects have']?.text ?? '')
    expect(response?.headers['__proto__']).toBe('a')
    expect(response?.headers['constructor']).toBe('b')
    expect(response?.headers['toString']).toBeUndefined()
  })

  it('follows another one on the same connection', () => {
    const parser = new ResponseParser()
    expect(
      feed(parser, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n')?.body.toString(),
    ).toBe('one')
    expect(feed(parser, 'HTTP/1.1 201 OK\r\ncontent-length: 3\r\n\r\ntwo')?.body.toString()).toBe('two')
    expect(
      feed(parser, 'HTTP/1.1 202 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nthree\r\n0\r\n\r\n', 1)?.body.toString(),
    ).toBe('three')
    expect(parser.end()).toBeUndefined()
  })

  it('keeps its body when later reads reuse the same memory', () => {
    const memory = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello')
    const response = new ResponseParser().push(memory)
    memory.fill(0)
    expect(response?.body.toString()).toBe('hello')
  })
})

describe('a body of 6 MB', () => {
  const body = Buffer.alloc(6 * 1024 * 1024, 'abcdefghijklmnopqrstuvwxyz\r\n')

  it('with a length is read in parts of 64 KiB', () => {
    const response = feed(
      new ResponseParser(),
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`), body]),
      65_536,
    )
    expect(response?.body.equals(body)).toBe(true)
  })

  it('to the end of the connection is read', () => {
    const parser = new ResponseParser()
    feed(parser, Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body]), 65_536)
    expect(parser.end()?.body.equals(body)).toBe(true)
  })

  it('in chunks is read, whether they are larger or smaller than the reads', () => {
    for (const size of [1000, 65_536, 1_000_000]) {
      const parts = [Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')]
      for (let at = 0; at < body.length; at += size) {
        const part = body.subarray(at, at + size)
        parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
      }
      parts.push(Buffer.from('0\r\n\r\n'))
      expect(feed(new ResponseParser(), Buffer.concat(parts), 65_536)?.body.equals(body)).toBe(true)
    }
  })
})

describe('what is no response', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n`
  it.each<[string, string]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['HTTP/0.9', '<html>'],
    ['an empty line first', `\r\n${head}\r\n`],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['lower-case HTTP', 'http/1.1 200 OK\r\n\r\n'],
    ['lines without a carriage return', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n'],
    ['one line without a carriage return', `${head}a: b\nc: d\r\n\r\n`],
    ['a carriage return inside of a value', `${head}a: b\rc: d\r\n\r\n`],
    ['a control character in a name', `${head}a\x01: b\r\n\r\n`],
    ['a control character in a length', `${head}content-length: 1\x0b\r\n\r\nx`],
    ['a folded header', `${head}a: b\r\n c\r\n\r\n`],
    ['a blank before the colon', `${head}content-length : 0\r\n\r\n`],
    ['a header without a colon', `${head}content-length\r\n\r\n`],
    ['a header without a name', `${head}: 1\r\n\r\n`],
    ['two equal lengths', `${head}content-length: 1\r\ncontent-length: 1\r\n\r\nx`],
    ['two lengths in one', `${head}content-length: 1, 1\r\n\r\nx`],
    ['a negative length', `${head}content-length: -1\r\n\r\n`],
    ['a signed length', `${head}content-length: +1\r\n\r\nx`],
    ['a length in hexadecimal', `${head}content-length: 0x1\r\n\r\nx`],
    ['an empty length', `${head}content-length:\r\n\r\n`],
    ['a length beyond counting', `${head}content-length: 99999999999999999999\r\n\r\n`],
    ['a length beyond the limit', `${head}content-length: ${wireLimits.body + 1}\r\n\r\n`],
    ['a length and chunks', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a compressed transfer', `${head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${head}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a chunk size that is no number', `${chunked}g\r\n`],
    ['an empty chunk size', `${chunked}\r\n`],
    ['a signed chunk size', `${chunked}+5\r\nhello\r\n0\r\n\r\n`],
    ['a blank after the chunk size', `${chunked}5 \r\nhello\r\n0\r\n\r\n`],
    ['a chunk size beyond the limit', `${chunked}${(wireLimits.body + 1).toString(16)}\r\n`],
    ['a chunk size of 13 digits', `${chunked}1000000000000\r\n`],
    ['a chunk longer than its size', `${chunked}3\r\nhello\r\n0\r\n\r\n`],
    ['a chunk shorter than its size', `${chunked}7\r\nhello\r\n0\r\n\r\n`],
    ['a chunk that ends without a carriage return', `${chunked}5\r\nhello\n0\r\n\r\n`],
    ['a chunk size that ends without a carriage return', `${chunked}5\nhello\r\n0\r\n\r\n`],
    ['a control character in an extension', `${chunked}5;\x01\r\nhello\r\n0\r\n\r\n`],
    ['a trailer without a colon', `${chunked}0\r\nnonsense\r\n\r\n`],
    ['a control character in a trailer', `${chunked}0\r\na: \x01\r\n\r\n`],
  ])('is refused, wherever it is split: %s', (_name, text) => {
    for (let size = 1; size <= text.length; size++) expect(refusal(text, size).code).toBe('protocol')
  })

  it('may hold control characters in the values of headers', () => {
    const values = 'a\0b\x01c\x0b\x1f\x7fd'
    const response = feed(new ResponseParser(), `${head}v: ${values}\r\ncontent-length: 2\r\n\r\nok`)
    expect([response?.headers.v, response?.body.toString()]).toEqual([values, 'ok'])
  })

  it.each<[string, string]>([
    ['another protocol', 'SSH-2.0'],
    ['lines without a carriage return', 'HTTP/1.1 200 OK\nContent-Length: 0\n'],
    ['a chunk size that is no number', `${chunked}hello`],
    ['a chunk longer than its size', `${chunked}3\r\nhel!`],
  ])('is refused at once, without waiting for more: %s', (_name, text) => {
    for (const size of [1, Infinity]) expect(() => feed(new ResponseParser(), text, size)).toThrow(WireError)
  })

  it.each<[string, string]>([
    ['the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['the body', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell'],
    ['a chunk', `${chunked}5\r\nhel`],
    ['the last chunk', `${chunked}5\r\nhello\r\n0\r\n`],
    ['what follows an interim response', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('is broken when the connection ends in the middle of %s', (_name, text) => {
    for (let size = 1; size <= text.length; size++) expect(refusal(text, size).code).toBe('broken')
  })
})

describe('bytes after the end of a response', () => {
  const response = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

  it('leave it as it is, make the connection unusable, and are never taken for the next response', () => {
    const parser = new ResponseParser()
    expect(feed(parser, `${response}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong`)?.body.toString()).toBe('ok')
    expect(parser.reusable).toBe(false)
    expect(() => feed(parser, response)).toThrow(/after the end/)
  })

  it('are refused after a last response', () => {
    const parser = new ResponseParser()
    feed(parser, response.replace('\r\n', '\r\nconnection: close\r\n'))
    expect(() => feed(parser, response)).toThrow(WireError)
  })
})

describe('the limit of the head', () => {
  const withHead = (size: number) => {
    const start = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nlarge: '
    return `${start}${'x'.repeat(size - start.length)}\r\n\r\nok`
  }

  it.each([1, 1000, Infinity])('lets a head of its size through, in parts of %d bytes', (size) => {
    expect(feed(new ResponseParser(), withHead(wireLimits.head), size)?.body.toString()).toBe('ok')
  })

  it.each([1, 1000, Infinity])('refuses a larger one, in parts of %d bytes', (size) => {
    expect(refusal(withHead(wireLimits.head + 1), size).message).toContain('head is larger')
  })

  it('ends a head that never ends', () => {
    const parser = new ResponseParser()
    feed(parser, 'HTTP/1.1 200 OK\r\nlarge: ')
    expect(() => {
      for (;;) feed(parser, 'x'.repeat(1000))
    }).toThrow(/head is larger/)
  })

  it('holds for trailers and chunk extensions too', () => {
    const start = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
    const trailers = 'trailer: value\r\n'.repeat(wireLimits.head / 16 + 1)
    for (const size of [1, 1000, Infinity]) {
      expect(refusal(`${start}0\r\n${trailers}\r\n`, size).code).toBe('protocol')
      expect(refusal(`${start}0;${'x'.repeat(wireLimits.head)}\r\n\r\n`, size).code).toBe('protocol')
    }
  })
})
