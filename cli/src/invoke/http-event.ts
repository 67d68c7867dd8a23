import { readFileSync } from 'node:fs'
import { clientRequest, makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { UsageError } from '../usage-error.ts'

export interface HttpFlags {
  /** `POST /links?x=1`; without a method it is GET, or POST if there are data. */
  readonly request: string
  /** `Name: value` each. */
  readonly headers: readonly string[]
  /** Text, `@FILE`, or `@-` for standard input. */
  readonly data: string | undefined
  readonly as: RequestKind
}

/**
 * The event that a front door makes of a request.
 * @throws UsageError
 */
export function httpEvent({ request, headers, data, as }: HttpFlags): Readonly<Record<string, unknown>> {
  const body = data === undefined ? undefined : readData(data)
  const sent = clientRequest({ line: request, headers: headers.map(parseHeader), body })
  if (!sent) throw new UsageError(`--http '${request}' is not a method and a path, such as 'POST /links?x=1'`)
  return makeEvent(sent, as)
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
