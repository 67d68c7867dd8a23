import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { clientRequest, makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { UsageError } from '../../usage-error.ts'
import { readSample } from '../../events/sample-events.ts'
import { setValues } from '../../events/set-path.ts'
import { faultAt } from './case-fault.ts'
import type { StepContent } from './case-schema.ts'
import type { ReadCaseFile } from './read-case-file.ts'

type Input = Pick<StepContent, 'event' | 'eventFile' | 'sample' | 'set' | 'request' | 'headers' | 'body'>

const sources = ['event', 'eventFile', 'sample', 'request'] as const

/**
 * The text of the event that a step sends; `{}` when it says nothing about it.
 * @throws CaseFault
 */
export function eventOf(input: Input, as: RequestKind, file: ReadCaseFile, path: readonly PropertyKey[]): string {
  const [source, other] = sources.filter((key) => input[key] !== undefined)
  if (source && other)
    throw faultAt(file, [...path, other], `${source} and ${other} are given both`, 'keep one of them')
  for (const key of ['headers', 'body'] as const)
    if (input[key] !== undefined && source !== 'request')
      throw faultAt(file, [...path, key], `${key} goes with request`, "add request: 'POST /links', or leave it out")
  try {
    return source === 'eventFile' && input.set === undefined
      ? readBeside(file, input.eventFile as string)
      : JSON.stringify(setValues(valueOf(source, input, as, file), Object.entries(input.set ?? {})))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw faultAt(
      file,
      [...path, source ?? 'set'],
      error.message.replace(/ \(see anyhandler event\)$/, ''),
      'see docs/testing-handlers.md',
    )
  }
}

function valueOf(
  source: (typeof sources)[number] | undefined,
  input: Input,
  as: RequestKind,
  file: ReadCaseFile,
): unknown {
  switch (source) {
    case 'event':
      return input.event
    case 'eventFile':
      return parsed(readBeside(file, input.eventFile as string), input.eventFile as string)
    case 'sample':
      return JSON.parse(readSample(input.sample as string)) as unknown
    case 'request':
      return requestEvent(input, as)
    default:
      return {}
  }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new UsageError(`${name} is not JSON, so set can't change it: ${(error as Error).message}`)
  }
}

function requestEvent({ request = '', headers = {}, body }: Input, as: RequestKind): unknown {
  const list = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => [name, String(value)] as const),
  )
  const sent = clientRequest({ line: request, headers: list, body: body === undefined ? undefined : bytesOf(body) })
  if (!sent) throw new UsageError(`request is '${request}', which is not a method and a path, such as POST /links?x=1`)
  return makeEvent(sent, as)
}

function bytesOf(body: unknown): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function readBeside({ path }: ReadCaseFile, name: string): string {
  try {
    return readFileSync(resolve(dirname(path), name), 'utf8')
  } catch (error) {
    throw new UsageError(`${name} can't be read: ${(error as Error).message}`)
  }
}
