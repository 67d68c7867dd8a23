import { fstatSync, readFileSync } from 'node:fs'
import { textOf, textsOf, UsageError } from '../command.ts'
import type { Values } from '../command.ts'
import { readSample } from '../events/sample-events.ts'
import { setPaths } from '../events/set-path.ts'
import type { RecordFile } from '../records/record.ts'
import { httpEvent } from './http-event.ts'

/** The flags that say what event it is. */
export const eventOptions = {
  event: { type: 'string' },
  'event-file': { type: 'string' },
  example: { type: 'string' },
  http: { type: 'string' },
  header: { type: 'string', multiple: true },
  data: { type: 'string' },
  as: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const

const sources = ['event', 'event-file', 'example', 'http'] as const

/**
 * The event that the flags name; else what is piped to standard input, else `{}`.
 * @throws UsageError
 */
export function readEvent(values: Values): Uint8Array {
  const [source, other] = sources.filter((flag) => textOf(values, flag) !== undefined)
  if (source && other) throw new UsageError(`--${source} and --${other} are given both; one event is enough`)
  for (const flag of ['header', 'data', 'as'])
    if (values[flag] !== undefined && source !== 'http') throw new UsageError(`--${flag} goes with --http`)
  const settings = textsOf(values, 'set')
  if (settings.length > 0 && source !== 'http' && source !== 'example')
    throw new UsageError('--set goes with --example or --http')
  const text = source && (textOf(values, source) as string)
  switch (source) {
    case 'event':
      return checked(text as string)
    case 'event-file':
      return readFile(text as string)
    case 'example':
      return bytesOf(setPaths(JSON.parse(readSample(text as string)), settings))
    case 'http': {
      const flags = { headers: textsOf(values, 'header'), data: textOf(values, 'data'), as: textOf(values, 'as') }
      return bytesOf(setPaths(httpEvent({ request: text as string, ...flags }), settings))
    }
    default: {
      const piped = readPiped()
      return piped.length > 0 ? piped : Buffer.from('{}')
    }
  }
}

/** The event of a record. @throws UsageError when the flags name another one */
export function recordedEvent({ event: { text, base64 } }: RecordFile, values: Values): Uint8Array {
  const other = Object.keys(eventOptions).find((flag) => values[flag] !== undefined)
  if (other) throw new UsageError(`--replay and --${other} are given both; one event is enough`)
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
}

function bytesOf(event: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(event))
}

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UsageError(`--event-file ${file} cannot be read: ${(error as Error).message}`)
  }
}

/** What stands on a command line is typed by hand: a slip is better said here than by the handler. */
function checked(text: string): Uint8Array {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `--event is not JSON: ${(error as Error).message}; other bytes go through --event-file or standard input`,
    )
  }
  return Buffer.from(text)
}

/** What is piped or redirected to standard input; nothing from a terminal or /dev/null. */
function readPiped(): Buffer {
  try {
    return fstatSync(0).isCharacterDevice() ? Buffer.alloc(0) : readFileSync(0)
  } catch {
    // Standard input is closed.
    return Buffer.alloc(0)
  }
}
