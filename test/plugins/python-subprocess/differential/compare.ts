import type { Outcome } from '@anyhandler/core/testing'
import { linesOf } from '../case.ts'
import type { Run } from '../case.ts'

/** What is compared of one event: bytes as they are, errors but for the frames of the runtime itself. */
export interface Seen {
  readonly kind: Outcome['kind']
  readonly contentType: string | undefined
  readonly body: string
  /** `undefined` for a failure whose description is too long for a header: there ours is shorter. */
  readonly cause: unknown
}

const longestCause = 65_536

export function seenOf(outcome: Outcome): Seen {
  const { kind, body, rawHeaders } = outcome
  const failed = kind === 'error' || kind === 'initError'
  return {
    kind,
    contentType: kind === 'response' ? outcome.contentType : undefined,
    body: failed ? withoutRuntime(body.toString()) : body.toString('latin1'),
    cause: kind === 'error' ? causeOf(rawHeaders) : undefined,
  }
}

/**
 * Entries of the stack that belong to AWS's client; ours are never shown. The rest of the text counts, separators and
 * escapes included.
 */
function withoutRuntime(body: string): string {
  return body
    .replaceAll(/"(?:[^"\\]|\\.)*\/awslambdaric\/(?:[^"\\]|\\.)*"(?:, )?/g, '')
    .replaceAll(repeated, 'repeated some more times')
}

/** How deep a recursion may go depends on what the runtime itself has on the stack. */
const repeated = /repeated \d+ more times/g

function causeOf(rawHeaders: readonly string[]): unknown {
  const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'lambda-runtime-function-xray-error-cause')
  // Both clients put UTF-8 into the header, or ASCII.
  const text = Buffer.from(rawHeaders[at + 1] ?? 'null', 'latin1').toString()
  if (text.length > longestCause) return undefined
  const cause = JSON.parse(text) as { exceptions: { stack: { path: string }[] }[]; paths: string[] }
  for (const exception of cause.exceptions)
    exception.stack = exception.stack.filter(({ path }) => !path.includes('/awslambdaric/'))
  return { ...cause, paths: cause.paths.filter((path) => !path.includes('/awslambdaric/')).toSorted() }
}

/** The log's lines without times, our prefix and AWS's warning that its own runtime may have changed. */
export function messagesOf({ log }: Run): string[] {
  return (
    log
      .map((line) => messageOf(line).replaceAll(/\r\u00a0+File "[^"]*\/awslambdaric\/[^\r]*\r[^\r]*/g, ''))
      .filter((line) => !line.includes('LAMBDA_WARNING: Unhandled exception'))
      // Without a telemetry descriptor AWS's client breaks a record into lines, ours never: telemetry.test.ts compares
      // them as they are.
      .flatMap((line) => linesOf(line.replaceAll('\r', '\n')).filter((one) => one !== ''))
  )
}

const prefix = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(?:[\da-f-]{36}|undefined)\t(?:INFO|ERROR)\t/

function messageOf(line: string): string {
  const bare = line.replace(prefix, '')
  return timeless(bare === line ? unwrapped(line) : bare)
}

/** In the JSON format, a record that the host made of a printed line. */
function unwrapped(line: string): string {
  if (!line.startsWith('{')) return line
  const record = JSON.parse(line) as Record<string, unknown>
  const own = Object.keys(record).every((key) =>
    ['timestamp', 'level', 'requestId', 'tenantId', 'message'].includes(key),
  )
  const ours =
    own &&
    record['level'] === 'INFO' &&
    typeof record['message'] === 'string' &&
    /\.\d{3}Z$/.test(String(record['timestamp']))
  return ours ? (record['message'] as string) : line
}

function timeless(line: string): string {
  return (
    line
      .replaceAll(repeated, 'repeated some more times')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, 'TIME')
      // As Powertools writes it, in records and in metrics.
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, 'TIME')
      .replaceAll(/"Timestamp":\d{13}/g, '"Timestamp":0')
      .replaceAll(/0x[\da-f]{6,}/g, '0xADDRESS')
      // Behind an exception's text AWS's own log has no newline.
      .replaceAll(/(?<=.)(?=\[[A-Z]+\]\tTIME\t)/g, '\n')
  )
}
