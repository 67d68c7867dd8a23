import { readFileSync } from 'node:fs'
import { makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { version } from '@anyhandler/core/host'
import { UsageError } from '../command.ts'

/** Values of `--as`. */
const kinds: readonly RequestKind[] = ['rest', 'http', 'http-1.0', 'url', 'alb', 'alb-multi', 'lattice', 'lattice-1']

export interface HttpFlags {
  /** `POST /links?x=1`; without a method it is GET, or POST if there are data. */
  readonly request: string
  /** `Name: value` each. */
  readonly headers: readonly string[]
  /** Text, `@FILE`, or `@-` for standard input. */
  readonly data: string | undefined
  readonly as: string | undefined
}

/**
 * The event that a front door makes of a request.
 * @throws UsageError
 */
export function httpEvent({ request, headers, data, as = 'http' }: HttpFlags): Readonly<Record<string, unknown>> {
  const kind = kinds.find((known) => known === as)
  if (!kind) throw new UsageError(`--as ${as} is none of ${kinds.join(', ')}`)
  const body = data === undefined ? undefined : readData(data)
  const { method = body ? 'POST' : 'GET', target } = parseRequest(request)
  const given = headers.map(parseHeader)
  const isGiven = (wanted: string): boolean => given.some(([name]) => name.toLowerCase() === wanted)
  const defaults: readonly (readonly [string, string])[] = [
    ['Host', 'localhost'],
    ['User-Agent', `anyhandler/${version}`],
    ['Accept', '*/*'],
    ...(body
      ? [['Content-Type', isJson(body) ? 'application/json' : 'application/x-www-form-urlencoded'] as const]
      : []),
  ]
  const all = [...defaults.filter(([name]) => !isGiven(name.toLowerCase())), ...given]
  return makeEvent({ method, target, headers: all, time: Date.now(), ...(body && { body }) }, kind)
}

function parseRequest(request: string): { readonly method?: string; readonly target: string } {
  const match = /^(?:(?<method>[A-Za-z]+)\s+)?(?<target>\/\S*)$/.exec(request.trim())
  if (!match?.groups) throw new UsageError(`--http '${request}' is not a method and a path, such as 'POST /links?x=1'`)
  const { method, target } = match.groups
  return { ...(method && { method: method.toUpperCase() }), target: target as string }
}

function parseHeader(header: string): readonly [string, string] {
  const match = /^(?<name>[-\w!#$%&'*+.^`|~]+):\s*(?<value>.*)$/.exec(header)
  if (!match?.groups) throw new UsageError(`--header '${header}' is not a header, such as 'Content-Type: text/plain'`)
  return [match.groups['name'] as string, match.groups['value'] as string]
}

function readData(data: string): Uint8Array {
  if (!data.startsWith('@')) return Buffer.from(data)
  const file = data.slice(1)
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new UsageError(`--data ${data} cannot be read: ${(error as Error).message}`)
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
