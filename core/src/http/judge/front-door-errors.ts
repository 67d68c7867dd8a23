import type { ProxyKind } from '../../events/kinds.ts'
import type { Verdict } from './verdict.ts'

type Seen = Omit<Verdict, 'findings'>

/**
 * A front door's own error for an invalid answer.
 * @param large true if the answer exceeded the limit
 */
export function errorOf(kind: ProxyKind, large: boolean): Seen {
  switch (kind) {
    case 'rest':
      return json(502, 'Internal server error', [['x-amzn-ErrorType', 'InternalServerErrorException']])
    case 'websocket':
      return json(502, 'Internal server error')
    case 'http':
    case 'http-1.0':
      return large ? json(413, 'Request Too Long') : json(500, 'Internal Server Error')
    case 'url':
      return text(502, 'Internal Server Error')
    case 'alb':
    case 'alb-multi':
      return {
        status: 502,
        headers: [['content-type', 'text/html']],
        body: Buffer.from('<html><head><title>502 Bad Gateway</title></head></html>'),
      }
    default:
      return text(502, 'Bad Gateway')
  }
}

function json(status: number, message: string, headers: Seen['headers'] = []): Seen {
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers],
    body: Buffer.from(JSON.stringify({ message })),
  }
}

function text(status: number, message: string): Seen {
  return { status, headers: [['content-type', 'text/plain']], body: Buffer.from(message) }
}
