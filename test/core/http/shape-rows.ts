import type { ProxyKind } from '@anyhandler/core/events'
import type { HttpAnswer } from '@anyhandler/core/http'

/** What a handler means, what goes out for some front doors, and where the rule comes from. */
export interface ShapeRow {
  readonly name: string
  readonly means: HttpAnswer
  readonly out: Readonly<Partial<Record<ProxyKind, object>>>
  readonly source: string
}

const html = 'text/html; charset=utf-8'
const text = 'text/plain; charset=utf-8'
const json = 'application/json'
const plain = { body: 'hi', isBase64Encoded: false }
const expires = 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/'

export const shapeRows: readonly ShapeRow[] = [
  {
    name: 'status and type',
    means: { http: { statusCode: 201, headers: { 'Content-Type': html } }, body: 'hi' },
    out: {
      rest: { statusCode: 201, multiValueHeaders: { 'Content-Type': [html] }, ...plain },
      'http-1.0': { statusCode: 201, multiValueHeaders: { 'Content-Type': [html] }, ...plain },
      http: { statusCode: 201, headers: { 'Content-Type': html }, ...plain },
      url: { statusCode: 201, headers: { 'Content-Type': html }, ...plain },
      alb: {
        statusCode: 201,
        statusDescription: '201 Created',
        headers: { 'Content-Type': html },
        multiValueHeaders: { 'Content-Type': [html] },
        ...plain,
      },
      'alb-multi': {
        statusCode: 201,
        statusDescription: '201 Created',
        headers: { 'Content-Type': html },
        multiValueHeaders: { 'Content-Type': [html] },
        ...plain,
      },
      lattice: { statusCode: 201, statusDescription: '201 Created', headers: { 'Content-Type': html }, ...plain },
      'lattice-1': { statusCode: 201, statusDescription: '201 Created', headers: { 'Content-Type': html }, ...plain },
      websocket: { statusCode: 201, headers: { 'Content-Type': html }, ...plain },
    },
    source: 'RS lambda-http/src/response.rs (v1 by lists alone, ALB by both); ELB; vpc-lattice lambda-functions',
  },
  {
    name: 'two cookies',
    means: { http: { headers: { 'set-cookie': 'b=2' }, cookies: [expires] }, contentType: text, body: 'hi' },
    out: {
      rest: {
        statusCode: 200,
        multiValueHeaders: { 'content-type': [text], 'set-cookie': [expires, 'b=2'] },
        ...plain,
      },
      'http-1.0': {
        statusCode: 200,
        multiValueHeaders: { 'content-type': [text], 'set-cookie': [expires, 'b=2'] },
        ...plain,
      },
      http: { statusCode: 200, headers: { 'content-type': text }, cookies: [expires, 'b=2'], ...plain },
      url: { statusCode: 200, headers: { 'content-type': text }, cookies: [expires, 'b=2'], ...plain },
      alb: {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { 'content-type': text, 'set-cookie': 'b=2' },
        multiValueHeaders: { 'content-type': [text], 'set-cookie': [expires, 'b=2'] },
        ...plain,
      },
      'alb-multi': {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { 'content-type': text, 'set-cookie': 'b=2' },
        multiValueHeaders: { 'content-type': [text], 'set-cookie': [expires, 'b=2'] },
        ...plain,
      },
      lattice: {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { 'content-type': text, 'set-cookie': 'b=2' },
        ...plain,
      },
      websocket: {
        statusCode: 200,
        headers: { 'content-type': text },
        multiValueHeaders: { 'set-cookie': [expires, 'b=2'] },
        ...plain,
      },
    },
    source: 'RFC 6265 3: never joined; PTTS converters.ts splits them at commas, which cuts Expires',
  },
  {
    name: 'a header with two values',
    means: { http: { headers: { Vary: ['Accept', 'Origin'] } }, contentType: text, body: 'hi' },
    out: {
      rest: { statusCode: 200, multiValueHeaders: { Vary: ['Accept', 'Origin'], 'content-type': [text] }, ...plain },
      http: { statusCode: 200, headers: { Vary: 'Accept, Origin', 'content-type': text }, ...plain },
      url: { statusCode: 200, headers: { Vary: 'Accept, Origin', 'content-type': text }, ...plain },
      alb: {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { Vary: 'Accept, Origin', 'content-type': text },
        multiValueHeaders: { Vary: ['Accept', 'Origin'], 'content-type': [text] },
        ...plain,
      },
      lattice: {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { Vary: 'Accept, Origin', 'content-type': text },
        ...plain,
      },
      websocket: { statusCode: 200, headers: { Vary: 'Accept, Origin', 'content-type': text }, ...plain },
    },
    source: 'RFC 9110 5.3: a list of values means the same as values joined by a comma',
  },
  {
    name: 'spellings of one name',
    means: { http: { headers: { VARY: 'a', vary: ['b'], 'x-none': [] } }, contentType: text, body: 'hi' },
    out: { rest: { statusCode: 200, multiValueHeaders: { VARY: ['a', 'b'], 'content-type': [text] }, ...plain } },
    source: 'RFC 9110 5.1',
  },
  {
    name: 'JSON without a type',
    means: { http: { statusCode: 200 }, body: '{"a":1}' },
    out: {
      rest: { statusCode: 200, multiValueHeaders: { 'content-type': [json] }, body: '{"a":1}', isBase64Encoded: false },
      http: { statusCode: 200, headers: { 'content-type': json }, body: '{"a":1}', isBase64Encoded: false },
      url: { statusCode: 200, headers: { 'content-type': json }, body: '{"a":1}', isBase64Encoded: false },
    },
    source: 'the defaults differ: see the rows of the judge',
  },
  {
    name: 'text without a type',
    means: { http: {}, body: 'hi' },
    out: {
      rest: { statusCode: 200, multiValueHeaders: { 'content-type': [text] }, ...plain },
      url: { statusCode: 200, headers: { 'content-type': text }, ...plain },
    },
    source: 'the defaults differ: see the rows of the judge',
  },
  {
    name: 'bytes',
    means: { http: {}, contentType: 'image/png', body: Buffer.from('89504e47', 'hex') },
    out: {
      rest: {
        statusCode: 200,
        multiValueHeaders: { 'content-type': ['image/png'] },
        body: 'iVBORw==',
        isBase64Encoded: true,
      },
      http: { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'iVBORw==', isBase64Encoded: true },
    },
    source: 'LDG urls-invocation.md; AGW',
  },
  {
    name: 'bytes without a type',
    means: { http: {}, body: Buffer.from('ff00', 'hex') },
    out: {
      url: {
        statusCode: 200,
        headers: { 'content-type': 'application/octet-stream' },
        body: '/wA=',
        isBase64Encoded: true,
      },
    },
    source: 'RFC 9110 8.3',
  },
  {
    name: 'bytes that are text',
    means: { http: {}, contentType: 'image/svg+xml', body: Buffer.from('<svg/>') },
    out: {
      rest: {
        statusCode: 200,
        multiValueHeaders: { 'content-type': ['image/svg+xml'] },
        body: '<svg/>',
        isBase64Encoded: false,
      },
    },
    source: 'by the bytes: so no binaryMediaTypes are needed',
  },
  {
    name: 'something compressed',
    means: { http: { headers: { 'Content-Encoding': 'br', 'content-type': text } }, body: 'hi' },
    out: {
      http: {
        statusCode: 200,
        headers: { 'Content-Encoding': 'br', 'content-type': text },
        body: 'aGk=',
        isBase64Encoded: true,
      },
      alb: {
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { 'Content-Encoding': 'br', 'content-type': text },
        multiValueHeaders: { 'Content-Encoding': ['br'], 'content-type': [text] },
        body: 'aGk=',
        isBase64Encoded: true,
      },
    },
    source: 'RS lambda-http/src/response.rs',
  },
  {
    name: 'an encoding that is none',
    means: { http: { headers: { 'content-encoding': 'identity', 'content-type': text } }, body: 'hi' },
    out: { http: { statusCode: 200, headers: { 'content-encoding': 'identity', 'content-type': text }, ...plain } },
    source: 'RFC 9110 8.4.1',
  },
  {
    name: 'nothing but a status',
    means: { http: { statusCode: 204 }, body: '' },
    out: {
      rest: { statusCode: 204, multiValueHeaders: { 'content-type': [text] }, body: '', isBase64Encoded: false },
      http: { statusCode: 204, headers: { 'content-type': text }, body: '', isBase64Encoded: false },
      alb: {
        statusCode: 204,
        statusDescription: '204 No Content',
        headers: { 'content-type': text },
        multiValueHeaders: { 'content-type': [text] },
        body: '',
        isBase64Encoded: false,
      },
    },
    source: 'the defaults differ for an empty body, too: see the rows of the judge',
  },
  {
    name: 'a status without a name',
    means: { http: { statusCode: 299 }, body: '' },
    out: {
      alb: {
        statusCode: 299,
        statusDescription: '299',
        headers: { 'content-type': text },
        multiValueHeaders: { 'content-type': [text] },
        body: '',
        isBase64Encoded: false,
      },
    },
    source: 'RFC 9110 15',
  },
  {
    name: 'values that are no strings',
    means: {
      http: { headers: { 'x-count': 3, 'x-on': true, 'x-none': null, 'content-type': text } as never },
      body: 'hi',
    },
    out: {
      rest: {
        statusCode: 200,
        multiValueHeaders: { 'x-count': ['3'], 'x-on': ['true'], 'content-type': [text] },
        ...plain,
      },
    },
    source: 'a REST API answers 502 for a number: see the rows of the judge',
  },
]
