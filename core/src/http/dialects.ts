import type { ProxyKind } from '../events/kinds.ts'

/** The format and the limits of answers for a front door. Sources of each fact: docs/http.md and the table of tests. */
export interface Dialect {
  /** The name in messages. */
  readonly title: string
  /**
   * `joined`: one value for each name, several joined by a comma, `Set-Cookie` in `cookies`. `lists`: only
   * `multiValueHeaders`. `both`: both maps with the same values, because a target group reads one of them. `single`:
   * only `headers`, so at most one cookie.
   */
  readonly headers: 'joined' | 'lists' | 'both' | 'single'
  readonly statusDescription?: boolean
  /** Can stream, if it is set up so. */
  readonly streams?: boolean
  /** Top-level keys that it reads. */
  readonly keys: readonly string[]
  /** Bytes of the whole answer. */
  readonly maxAnswer: number
  /** Bytes of all names and values of headers. */
  readonly maxHeaders?: number
}

const mebibyte = 1024 * 1024
const lambda = 6 * mebibyte
const version1 = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']
const version2 = ['statusCode', 'headers', 'cookies', 'body', 'isBase64Encoded']
const balancer = ['statusCode', 'statusDescription', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']
const service = ['statusCode', 'statusDescription', 'headers', 'body', 'isBase64Encoded']

export const dialects: Readonly<Record<ProxyKind, Dialect>> = {
  rest: {
    title: 'REST API',
    headers: 'lists',
    streams: true,
    keys: [...version1, 'base64Encoded'],
    maxAnswer: lambda,
    maxHeaders: 10_240,
  },
  'http-1.0': {
    title: 'HTTP API (payload 1.0)',
    headers: 'lists',
    keys: version1,
    maxAnswer: lambda,
    maxHeaders: 10_240,
  },
  http: { title: 'HTTP API', headers: 'joined', keys: version2, maxAnswer: lambda, maxHeaders: 10_240 },
  url: { title: 'Function URL', headers: 'joined', streams: true, keys: version2, maxAnswer: lambda },
  alb: {
    title: 'ALB',
    headers: 'both',
    statusDescription: true,
    keys: balancer,
    maxAnswer: mebibyte,
    maxHeaders: 32 * 1024,
  },
  'alb-multi': {
    title: 'ALB with multi-value headers',
    headers: 'both',
    statusDescription: true,
    keys: balancer,
    maxAnswer: mebibyte,
    maxHeaders: 32 * 1024,
  },
  'lattice-1': { title: 'VPC Lattice', headers: 'single', statusDescription: true, keys: service, maxAnswer: lambda },
  lattice: { title: 'VPC Lattice', headers: 'single', statusDescription: true, keys: service, maxAnswer: lambda },
  websocket: { title: 'WebSocket API', headers: 'single', keys: version1, maxAnswer: lambda },
}
