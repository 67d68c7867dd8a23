import { version } from '../version.ts'
import type { ClientRequest, RequestKind } from './make-event.ts'

/** The front doors that make events of requests, the usual one first. */
export const requestKinds = [
  'http',
  'rest',
  'http-1.0',
  'url',
  'alb',
  'alb-multi',
  'lattice',
  'lattice-1',
] as const satisfies readonly RequestKind[]

/** A request in the short form for command lines and tests. */
export interface WrittenRequest {
  /** `POST /links?x=1`; without a method it is GET, or POST if there is a body. */
  readonly line: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | undefined
}

/**
 * Makes the request of a client: with `Host`, `User-Agent`, `Accept`, and for a body `Content-Type`, unless they are
 * given.
 * @returns `undefined` when the line is not a method and a path
 */
export function clientRequest({ line, headers = [], body }: WrittenRequest): ClientRequest | undefined {
  const match = /^(?:(?<method>[A-Za-z]+)\s+)?(?<target>\/\S*)$/.exec(line.trim())
  if (!match?.groups) return undefined
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const defaults: readonly (readonly [string, string])[] = [
    ['Host', 'localhost'],
    ['User-Agent', `anyhandler/${version}`],
    ['Accept', '*/*'],
    ...(body
      ? [['Content-Type', isJson(body) ? 'application/json' : 'application/x-www-form-urlencoded'] as const]
      : []),
  ]
  const method = match.groups['method']?.toUpperCase() ?? (body ? 'POST' : 'GET')
  return {
    method,
    target: match.groups['target'] as string,
    headers: [...defaults.filter(([name]) => !given.has(name.toLowerCase())), ...headers],
    time: Date.now(),
    ...(body && { body }),
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString())
    return true
  } catch {
    return false
  }
}
