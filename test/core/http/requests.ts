import { proxyKinds } from '@anyhandler/core/events'
import { makeEvent } from '@anyhandler/core/http'
import type { ClientRequest, RequestKind } from '@anyhandler/core/http'

export const requestKinds = proxyKinds.filter((kind): kind is RequestKind => kind !== 'websocket')

/** A request, and what a handler reads of it in every language: the same behind every front door. */
export interface RequestRow {
  readonly name: string
  readonly request: ClientRequest
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly header?: Readonly<Record<string, string | undefined>>
  readonly cookie?: Readonly<Record<string, string | undefined>>
  readonly field?: Readonly<Record<string, string | undefined>>
  /** As text, or as bytes in hexadecimal. */
  readonly body?: string | { readonly hex: string }
}

const time = Date.UTC(2026, 10, 28, 10, 15, 30)

const get = (target: string, headers: ClientRequest['headers'] = []): ClientRequest => ({
  method: 'GET',
  target,
  headers,
  time,
})
const post = (type: string, body: string | Buffer, target = '/links'): ClientRequest => ({
  method: 'POST',
  target,
  headers: [['Content-Type', type]],
  body: Buffer.from(body as string),
  time,
})

const form = 'application/x-www-form-urlencoded'
const multipart = [
  '--edge',
  'Content-Disposition: form-data; name="url"',
  '',
  'https://example.com/?a=1&b=2',
  '--edge',
  'Content-Disposition: form-data; name="file"; filename="a.txt"',
  'Content-Type: text/plain',
  '',
  'two\r\nlines',
  '--edge--',
  '',
].join('\r\n')

export const requestRows: readonly RequestRow[] = [
  {
    name: 'a plain request',
    request: get('/links'),
    method: 'GET',
    path: '/links',
    query: { limit: undefined },
    header: { accept: undefined },
    cookie: { a: undefined },
    field: { a: undefined },
  },
  { name: 'the root', request: get('/'), method: 'GET', path: '/' },
  { name: 'a method', request: { ...get('/links/way'), method: 'DELETE' }, method: 'DELETE', path: '/links/way' },
  { name: 'an encoded path', request: get('/caf%C3%A9/a%20b'), method: 'GET', path: '/café/a b' },
  {
    name: 'a query',
    request: get('/links?limit=20&empty=&flag'),
    method: 'GET',
    path: '/links',
    query: { limit: '20', empty: '', flag: '', other: undefined },
  },
  {
    name: 'an encoded query',
    request: get('/links?q=a%20b%26c&plus=1+2&na%C3%AFve=%E2%82%AC'),
    method: 'GET',
    path: '/links',
    query: { q: 'a b&c', plus: '1 2', naïve: '€' },
  },
  { name: 'a parameter twice', request: get('/links?tag=a&tag=b'), method: 'GET', path: '/links', query: { tag: 'b' } },
  { name: 'a comma in a query', request: get('/links?tag=a,b'), method: 'GET', path: '/links', query: { tag: 'a,b' } },
  {
    name: 'names of Object',
    request: get('/links?__proto__=x'),
    method: 'GET',
    path: '/links',
    query: { constructor: undefined, toString: undefined },
    header: { constructor: undefined },
    cookie: { constructor: undefined },
    field: { constructor: undefined },
  },
  {
    name: 'headers of any case',
    request: get('/', [
      ['X-Request-Id', 'r1'],
      ['accept', 'text/html'],
    ]),
    method: 'GET',
    path: '/',
    header: { 'x-request-id': 'r1', 'X-REQUEST-ID': 'r1', Accept: 'text/html' },
  },
  {
    name: 'cookies',
    request: get('/', [['Cookie', 'session=abc=; theme=dark; session=old']]),
    method: 'GET',
    path: '/',
    cookie: { session: 'abc=', theme: 'dark', other: undefined },
    header: { cookie: 'session=abc=; theme=dark; session=old' },
  },
  {
    name: 'JSON',
    request: post('application/json', '{"url":"https://example.com","n":7,"on":true,"list":[1],"none":null}'),
    method: 'POST',
    path: '/links',
    body: '{"url":"https://example.com","n":7,"on":true,"list":[1],"none":null}',
    field: { url: 'https://example.com', n: '7', on: 'true', list: '[1]', none: undefined, other: undefined },
  },
  {
    name: 'JSON of another type',
    request: post('application/merge-patch+json; charset=utf-8', '{"a":"é"}'),
    method: 'POST',
    path: '/links',
    body: '{"a":"é"}',
    field: { a: 'é' },
  },
  {
    name: 'JSON that curl calls a form',
    request: post(form, '{"a":"b"}'),
    method: 'POST',
    path: '/links',
    field: { a: 'b' },
  },
  {
    name: 'JSON that is none',
    request: post('application/json', '{"a":'),
    method: 'POST',
    path: '/links',
    body: '{"a":',
    field: { a: undefined },
  },
  { name: 'a list', request: post('application/json', '[1]'), method: 'POST', path: '/links', field: { 0: undefined } },
  {
    name: 'a form',
    request: post(form, 'url=https%3A%2F%2Fexample.com%2F&note=a+b&note=last&empty='),
    method: 'POST',
    path: '/links',
    field: { url: 'https://example.com/', note: 'last', empty: '', other: undefined },
  },
  {
    name: 'a form with a file',
    request: post('multipart/form-data; boundary="edge"', multipart),
    method: 'POST',
    path: '/links',
    field: { url: 'https://example.com/?a=1&b=2', file: 'two\r\nlines', other: undefined },
  },
  { name: 'text', request: post('text/plain', 'just text'), method: 'POST', path: '/links', body: 'just text' },
  {
    name: 'bytes',
    request: post('image/png', Buffer.from('89504e470d0a00ff', 'hex')),
    method: 'POST',
    path: '/links',
    body: { hex: '89504e470d0a00ff' },
  },
]

export function eventOf(request: ClientRequest, kind: RequestKind): Buffer {
  return Buffer.from(JSON.stringify(makeEvent(request, kind)))
}
