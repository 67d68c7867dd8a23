import type { ProxyKind } from '../events/kinds.ts'

/** How a front door wants an answer, and what it allows. Sources of each fact: docs/http.md and the table of tests. */
export interface Dialect {
  /** As a sentence names it. */
  readonly title: string
  /**
   * `joined`: one value for each name, several joined by a comma, `Set-Cookie` in `cookies`. `lists`: `multiValueHeaders` alone. `both`: both maps, with the same values, for
   * a target group reads one or the other. `single`: `headers` alone, so one cookie at most.
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
