import { expect } from 'vitest'
import type { Outcome } from '@anyhandler/core/testing'
import type { Case, Run } from '../case.ts'
import { runOurs } from '../serve.ts'
import { runReference } from './reference.ts'

/**
 * Runs a case with both and compares every answer, error and cause, and the log as a whole.
 * @returns ours and the reference's
 */
export async function expectSame(one: Case): Promise<{ ours: Run; theirs: Run }> {
  const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
  for (const [index, { text }] of one.events.entries()) {
    const [mine, reference] = [seen(ours.outcomes[index]!), seen(theirs.outcomes[index]!)]
    // Without a description of AWS's client the host makes one.
    const cause = reference.cause && mine.cause
    expect.soft({ event: text, ...mine, cause }).toEqual({ event: text, ...reference })
  }
  expect.soft(recordsOf(ours)).toEqual(withoutRepeatedFailure(recordsOf(theirs)))
  expect.soft(ours.frames.map(frame)).toEqual(theirs.frames.map(frame))
  return { ours, theirs }
}

/** AWS's client tells of a failed stream twice, in one run of twenty. */
function withoutRepeatedFailure(records: readonly string[]): readonly string[] {
  return records.filter((one, index) => !(one.includes('\tERROR\tInvoke Error') && one === records[index - 1]))
}

/** Bytes as they are, errors but for the frames of the runtime itself. */
function seen(outcome: Outcome) {
  const { kind, body, streamed, streamError } = outcome
  const failed = kind === 'error' || kind === 'initError'
  return {
    kind,
    ...(kind === 'response' && { contentType: outcome.contentType, streamed }),
    body: failed ? bare(body.toString()) : withoutDate(body.toString('latin1')),
    cause: kind === 'error' ? causeOf(outcome) : undefined,
    ...(streamError && { streamError: { ...streamError, body: bare(streamError.body.toString()) } }),
  }
}

/** What a web framework puts into its headers. */
function withoutDate(text: string): string {
  return text.replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE')
}

const runtime = 'aws-lambda-ric|javascript/driver|node:internal|native-client|differential/'
const listed = new RegExp(`,?"    at (?:[^"\\\\]|\\\\.)*(?:${runtime})(?:[^"\\\\]|\\\\.)*"`, 'g')
const printed = new RegExp(`(?:\\r|\\n|\\\\r|\\\\n)\\s+at [^\\r\\n\\\\]*(?:${runtime})[^\\r\\n\\\\"]*`, 'g')

/**
 * Without the runtime's own frames, Node's, and times. In errors they are entries of a list, in printed ones lines that
 * a carriage return ends.
 */
function bare(text: string): string {
  return (
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
      .replaceAll(/(?:Buffered|Streaming)InvokeProcessor\.(?:handler(?= \())?/g, '')
      .replaceAll(/at (?:handler)? ?\((file:[^)]*)\)/g, 'at $1')
      .replaceAll(' [as handler]', '')
      .replaceAll(/\(node:\d+\)/g, '(node:PID)')
      // A newline at the very end of a record.
      .replace(/\r$/, '')
      .replaceAll(listed, '')
      .replaceAll(printed, '')
  )
}

/** AWS's client tells of a failed start, and has Node tell of it once more by its end. */
function recordsOf({ log, outcomes }: Run): readonly string[] {
  const end = outcomes.some(({ kind }) => kind === 'initError') ? log.findIndex((line) => line.startsWith('node:')) : -1
  return (end < 0 ? log : log.slice(0, end)).map(bare)
}

/** AWS's client ends the text of a frame with a newline in one of the two formats. */
function frame({ type, text }: Run['frames'][number]): string {
  return `${type} ${bare(text.replace(/\n+$/, ''))}`
}

interface Cause {
  readonly working_directory: string
  readonly exceptions: readonly {
    readonly type: string
    readonly message: string
    readonly stack: readonly { readonly label: string; readonly line: unknown }[]
  }[]
}

/**
 * Where a frame is lies in no field of AWS's description, for `file:` ends it: the first one of the handler's is
 * compared.
 */
function causeOf({ rawHeaders }: Outcome): unknown {
  const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'lambda-runtime-function-xray-error-cause')
  const text = Buffer.from(rawHeaders[at + 1] ?? '', 'latin1').toString()
  if (at < 0 || text === '' || text.length > 65_536) return undefined
  const { exceptions, working_directory: folder } = JSON.parse(text) as Cause
  return {
    folder,
    exceptions: exceptions.map(({ stack, ...rest }) => ({ ...rest, first: stack.find(isHandlers)?.label })),
  }
}

function isHandlers({ label }: { readonly label: string }): boolean {
  return !/^(?:(?:Buffered|Streaming)InvokeProcessor\.|serializeToJSON|async |process\.|node:|anonymous$|run$|new |handler$|plain|_[A-Z])/.test(
    label,
  )
}
