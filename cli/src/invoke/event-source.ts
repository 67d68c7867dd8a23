import { fstatSync, readFileSync } from 'node:fs'
import type { Given } from '../command-line/command.ts'
import { readSample } from '../events/sample-events.ts'
import { setPaths } from '../events/set-path.ts'
import type { RecordFile } from '../records/record.ts'
import type { invoke } from '../flags/invoke.ts'
import { UsageError } from '../usage-error.ts'
import { httpEvent } from './http-event.ts'

type EventValues = Pick<
  Given<typeof invoke.flags>,
  'event' | 'event-file' | 'example' | 'http' | 'header' | 'data' | 'as' | 'set'
>

/**
 * The event of the flags; else standard input, else `{}`.
 * @throws UsageError
 */
export function readEvent(values: EventValues): Uint8Array {
  const { event, 'event-file': file, example, http, header = [], data, as, set = [] } = values
  if (event !== undefined) return checked(event)
  if (file !== undefined) return readFile(file)
  if (example !== undefined) return bytesOf(setPaths(JSON.parse(readSample(example)), set))
  if (http !== undefined) return bytesOf(setPaths(httpEvent({ request: http, headers: header, data, as }), set))
  const piped = readPiped()
  return piped.length > 0 ? piped : Buffer.from('{}')
}

/** The event of a record. */
export function recordedEvent({ event: { text, base64 } }: RecordFile): Uint8Array {
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

/** An event on the command line is typed by hand, so report a slip here and not in the handler. */
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

/** Piped or redirected standard input; nothing from a terminal or /dev/null. */
function readPiped(): Buffer {
  try {
    return fstatSync(0).isCharacterDevice() ? Buffer.alloc(0) : readFileSync(0)
  } catch {
    // Standard input is closed.
    return Buffer.alloc(0)
  }
}
