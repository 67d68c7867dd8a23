/** The endpoints of a runtime, by the names in `script()` and the request log. */
export type Endpoint =
  | 'next'
  | 'response'
  | 'error'
  | 'init/error'
  | 'restore/next'
  | 'restore/error'
  | 'extension/register'
  | 'extension/event/next'
  | 'ping'

export interface Route {
  readonly endpoint: Endpoint
  /** For `response` and `error`: the request id, percent-decoded; `undefined` when it can't be decoded. */
  readonly id?: string | undefined
}

const invocation = '/2018-06-01/runtime/invocation/'

const fixed: ReadonlyMap<string, Route> = new Map<string, Route>([
  [`GET ${invocation}next`, { endpoint: 'next' }],
  ['POST /2018-06-01/runtime/init/error', { endpoint: 'init/error' }],
  ['GET /2018-06-01/runtime/restore/next', { endpoint: 'restore/next' }],
  ['POST /2018-06-01/runtime/restore/error', { endpoint: 'restore/error' }],
  ['GET /2018-06-01/ping', { endpoint: 'ping' }],
  ['POST /2020-01-01/extension/register', { endpoint: 'extension/register' }],
  ['GET /2020-01-01/extension/event/next', { endpoint: 'extension/event/next' }],
])

/** The endpoint of a request line; `undefined` = 404. */
export function routeOf(method: string, path: string): Route | undefined {
  const route = fixed.get(`${method} ${path}`)
  if (route || method !== 'POST' || !path.startsWith(invocation)) return route
  const [id = '', verb, ...rest] = path.slice(invocation.length).split('/')
  if (rest.length > 0 || id === '' || (verb !== 'response' && verb !== 'error')) return undefined
  return { endpoint: verb, id: decode(id) }
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
