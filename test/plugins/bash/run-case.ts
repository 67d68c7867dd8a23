import { appendFileSync, existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InvokeOptions, Outcome } from '@anyhandler/core/testing'
import type { BashOptions } from '@anyhandler/bash'
import { taskFolder } from '../../support/task-folder.ts'
import { serve } from './serve.ts'

/** `case.json`: what is special about a case. */
interface CaseFile {
  /** `handler` when absent: the script `handler.sh`. */
  readonly handler?: string
  readonly options?: BashOptions
  readonly environment?: Readonly<Record<string, string>>
  /** Of each event. */
  readonly invocation?: InvokeOptions
  /** Bytes of an event that is too long for a file: a JSON string of that length. */
  readonly eventSize?: number
}

/** `expected.json`; of an error each property counts that it names. */
export interface Expected {
  /** The answer's text, byte by byte. */
  readonly body?: string
  /** The answer's bytes. */
  readonly base64?: string
  /** The answer's value. */
  readonly json?: unknown
  /** The answer is the event. */
  readonly echo?: true
  readonly contentType?: string
  readonly error?: {
    readonly errorType: string
    readonly errorMessage: string
    readonly stackTrace?: readonly string[]
  }
  /** `error.stackTrace` has no further lines. */
  readonly wholeStackTrace?: true
  /** Texts that the error doesn't hold. */
  readonly notAnswered?: readonly string[]
  /** All lines of the log that begin with `+`; `{{number}}` stands for any. */
  readonly trace?: readonly string[]
  /** What the start comes to. */
  readonly initError?: { readonly errorType: string; readonly errorMessage: string }
  /** A streamed answer: its parts. */
  readonly chunks?: readonly string[]
  /** Lines that the log has under the request id, … */
  readonly log?: readonly string[]
  /** … texts with the number of records that have them, … */
  readonly logCount?: Readonly<Record<string, number>>
  /** … and texts that it hasn't at all. */
  readonly notLogged?: readonly string[]
}

export interface CaseEvent {
  readonly event: Buffer
  readonly expected: Expected
  readonly outcome: Outcome
  /** Records of the log that carry the event's id. */
  readonly records: readonly string[]
  /** All records. */
  readonly log: readonly string[]
}

/**
 * A case is a folder: the handler, `case.json` where something is special, and for each event (`event.json`, or
 * `event-1.json`, `event-2.json` …) what is expected (`expected.json`, `expected-1.json` …). `{{root}}` there stands
 * for the folder. The variable `SEEN` names a file that holds the parts of an answer that have arrived.
 */
export async function runCase(given: string, options: BashOptions = {}): Promise<readonly CaseEvent[]> {
  const folder = realpathSync(given)
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8').replaceAll('{{root}}', folder)
  const json = (name: string): unknown => JSON.parse(text(name))
  const {
    handler = 'handler',
    environment,
    invocation,
    eventSize,
    ...rest
  } = (existsSync(join(folder, 'case.json')) ? json('case.json') : {}) as CaseFile
  const events = eventSize === undefined ? eventFiles(folder) : ['event.json']
  const seen = join(taskFolder(), 'seen')
  return serve(
    { root: folder, handler, options: { ...rest.options, ...options }, environment: { ...environment, SEEN: seen } },
    async ({ invoke, records }) => {
      const results: CaseEvent[] = []
      for (const [index, name] of events.entries()) {
        const event = eventSize === undefined ? readFileSync(join(folder, name)) : jsonString(eventSize)
        const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
        const expected = json(name.replace('event', 'expected')) as Expected
        const onChunk = (bytes: Buffer): void => appendFileSync(seen, bytes)
        writeFileSync(seen, '')
        const outcome = await invoke(event, { id, ...(expected.chunks && { onChunk }), ...invocation })
        const own = (): readonly string[] => records.filter((record) => record.includes(id))
        results.push({
          event,
          expected,
          outcome,
          get records() {
            return own()
          },
          log: records,
        })
      }
      return results
    },
  )
}

function eventFiles(folder: string): readonly string[] {
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0)
  const names = readdirSync(folder).filter((name) => /^event(-\d+)?\.json$/.test(name))
  return names.toSorted((a, b) => number(a) - number(b))
}

/** A JSON string of exactly so many bytes, which repeats nothing for long. */
function jsonString(size: number): Buffer {
  const bytes = Buffer.alloc(size, '"')
  for (let at = 1, word = 0; at < size - 1; word++) at += bytes.write(`${word.toString(36)} é`, at, size - 1 - at)
  bytes[size - 1] = 0x22
  return bytes
}
