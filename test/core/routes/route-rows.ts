/** The table that {@link rows} are about. Values are handler names. */
export const routes = {
  'GET /': 'home',
  'GET /links': 'list',
  'POST /links': 'create',
  'GET /links/new': 'form',
  'DELETE /links/{id}': 'remove',
  'GET /links/{id}': 'show',
  'GET /links/{id}/stats': 'stats',
  'GET /links/{name}/tags/{tag}': 'tag',
  'GET /{slug}': 'follow',
  'PUT,PATCH /settings': 'settings',
  'HEAD /settings': 'peek',
  'GET /settings': 'options',
  'POST /hooks/github': 'hook',
  'ANY /hooks/{name}': 'anyHook',
  'ANY /files/{path+}': 'files',
  'GET /files/index': 'index',
  'GET /files/{name}/meta': 'meta',
  'GET /köln/straße': 'city',
  'GET /a b/c+d': 'blank',
  'GET /.well-known/{name}': 'wellKnown',
  'OPTIONS /links': 'preflight',
  'GET /v1.0/{a.b}/{c-d}': 'dots',
} as const

/** What becomes of a request: a route with its parameters, or the methods that the path has. */
export type Expected =
  | readonly [run: string, key: string, params?: Readonly<Record<string, string>>]
  | { readonly allow: readonly string[] }
  | 404

const link = ['GET', 'HEAD', 'DELETE']

/** Method and path as the client sends them. */
export const rows: readonly (readonly [line: string, expected: Expected])[] = [
  // Literals
  ['GET /', ['home', 'GET /']],
  ['GET /links', ['list', 'GET /links']],
  ['POST /links', ['create', 'POST /links']],
  ['GET /links/new', ['form', 'GET /links/new']],
  ['POST /hooks/github', ['hook', 'POST /hooks/github']],
  ['OPTIONS /links', ['preflight', 'OPTIONS /links']],
  ['PATCH /settings', ['settings', 'PATCH /settings']],
  ['PUT /settings', ['settings', 'PUT /settings']],
  // A literal before a parameter, a parameter before all that is left
  ['GET /settings', ['options', 'GET /settings']],
  ['GET /files/index', ['index', 'GET /files/index']],
  ['GET /files/index/meta', ['meta', 'GET /files/{name}/meta', { name: 'index' }]],
  ['GET /files/a/meta', ['meta', 'GET /files/{name}/meta', { name: 'a' }]],
  ['GET /files/a/b/meta', ['files', 'ANY /files/{path+}', { path: 'a/b/meta' }]],
  ['GET /links/7', ['show', 'GET /links/{id}', { id: '7' }]],
  ['GET /links/7/stats', ['stats', 'GET /links/{id}/stats', { id: '7' }]],
  ['GET /links/7/tags/blue', ['tag', 'GET /links/{name}/tags/{tag}', { name: '7', tag: 'blue' }]],
  ['GET /links/new/stats', ['stats', 'GET /links/{id}/stats', { id: 'new' }]],
  ['GET /way', ['follow', 'GET /{slug}', { slug: 'way' }]],
  ['GET /hooks', ['follow', 'GET /{slug}', { slug: 'hooks' }]],
  ['GET /v1.0/x/y', ['dots', 'GET /v1.0/{a.b}/{c-d}', { 'a.b': 'x', 'c-d': 'y' }]],
  // A method that the more exact path does not have
  ['DELETE /links/new', ['remove', 'DELETE /links/{id}', { id: 'new' }]],
  ['GET /hooks/github', ['anyHook', 'ANY /hooks/{name}', { name: 'github' }]],
  ['DELETE /files/index', ['files', 'ANY /files/{path+}', { path: 'index' }]],
  ['POST /files/a/meta', ['files', 'ANY /files/{path+}', { path: 'a/meta' }]],
  // HEAD
  ['HEAD /links', ['list', 'GET /links']],
  ['HEAD /settings', ['peek', 'HEAD /settings']],
  ['HEAD /way', ['follow', 'GET /{slug}', { slug: 'way' }]],
  ['HEAD /files/x', ['files', 'ANY /files/{path+}', { path: 'x' }]],
  ['HEAD /hooks/x', ['anyHook', 'ANY /hooks/{name}', { name: 'x' }]],
  // Methods that a path does not have
  ['PUT /links', { allow: ['GET', 'HEAD', 'POST', 'OPTIONS'] }],
  ['POST /links/7', { allow: link }],
  ['POST /links/new', { allow: link }],
  ['DELETE /settings', { allow: ['GET', 'HEAD', 'PUT', 'PATCH'] }],
  ['POST /', { allow: ['GET', 'HEAD'] }],
  ['HEAD /hooks/github/', ['anyHook', 'ANY /hooks/{name}', { name: 'github' }]],
  ['OPTIONS /way', { allow: ['GET', 'HEAD'] }],
  ['TRACE /links/7/stats', { allow: ['GET', 'HEAD'] }],
  ['PURGE /files/x', ['files', 'ANY /files/{path+}', { path: 'x' }]],
  ['PURGE /links', { allow: ['GET', 'HEAD', 'POST', 'OPTIONS'] }],
  // Paths that none has
  ['GET /links/7/none', 404],
  ['GET /links/7/stats/more', 404],
  ['GET /a/b', 404],
  ['GET /files', ['follow', 'GET /{slug}', { slug: 'files' }]],
  ['POST /files/', { allow: ['GET', 'HEAD'] }],
  // One slash at the end counts for nothing
  ['GET /links/', ['list', 'GET /links']],
  ['GET /links/7/', ['show', 'GET /links/{id}', { id: '7' }]],
  ['GET /files/a/', ['files', 'ANY /files/{path+}', { path: 'a' }]],
  ['GET /links//', 404],
  ['GET //', ['home', 'GET /']],
  // Empty segments
  ['GET //links', 404],
  ['GET /links//stats', 404],
  ['GET /files//x', ['files', 'ANY /files/{path+}', { path: '/x' }]],
  ['GET /files/a//b', ['files', 'ANY /files/{path+}', { path: 'a//b' }]],
  // Encoding
  ['GET /k%C3%B6ln/stra%C3%9Fe', ['city', 'GET /köln/straße']],
  ['GET /a%20b/c+d', ['blank', 'GET /a b/c+d']],
  ['GET /a%20b/c%2Bd', ['blank', 'GET /a b/c+d']],
  ['GET /caf%C3%A9', ['follow', 'GET /{slug}', { slug: 'café' }]],
  ['GET /%6Cinks', ['list', 'GET /links']],
  ['GET /links%2F7', ['show', 'GET /links/{id}', { id: '7' }]],
  ['GET /files/a%2Fb', ['files', 'ANY /files/{path+}', { path: 'a/b' }]],
  ['GET /links/%257B', ['show', 'GET /links/{id}', { id: '%7B' }]],
  ['GET /100%', ['follow', 'GET /{slug}', { slug: '100%' }]],
  ['GET /%22%5C', ['follow', 'GET /{slug}', { slug: '"\\' }]],
  // Dots mean nothing
  ['GET /files/../links', ['files', 'ANY /files/{path+}', { path: '../links' }]],
  ['GET /links/..', ['show', 'GET /links/{id}', { id: '..' }]],
  ['GET /./links', 404],
  ['GET /.well-known/acme', ['wellKnown', 'GET /.well-known/{name}', { name: 'acme' }]],
  // Case
  ['GET /Links', ['follow', 'GET /{slug}', { slug: 'Links' }]],
  // What looks like a parameter is none
  ['GET /{slug}', ['follow', 'GET /{slug}', { slug: '{slug}' }]],
  ['GET /__proto__', ['follow', 'GET /{slug}', { slug: '__proto__' }]],
  // The query is no part of it
  ['GET /links?x=/7', ['list', 'GET /links']],
]
