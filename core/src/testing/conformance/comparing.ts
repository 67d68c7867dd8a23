import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from '../../runtime-api-server/outcome.ts'
import { fail } from './conformance-error.ts'
import type { ReadHandler } from './handlers.ts'

/** Expects a successful outcome with these bytes or, if there is `read`, with their JSON value. */
export function expectAnswer(outcome: Outcome, expected: Buffer, { read }: ReadHandler): void {
  expectGood(outcome)
  const meant = read ? read(outcome.body) : outcome.body
  if (typeof meant === 'string' || meant instanceof Uint8Array) expectBytes(Buffer.from(meant as string), expected)
  else if (!isDeepStrictEqual(meant, JSON.parse(expected.toString()))) {
    fail(
      `the answer is not the expected value: expected ${excerpt(expected, 0)}, got ${excerpt(Buffer.from(String(JSON.stringify(meant))), 0)}`,
    )
  }
}

export function expectGood(outcome: Outcome): void {
  if (outcome.failed)
    fail(
      `the event was to be answered, but failed (${outcome.kind}): ${excerpt(outcome.streamError?.body ?? outcome.body, 0)}`,
    )
}

export interface ReportedFailure {
  readonly errorType: string
  readonly errorMessage: string
}

/** Expects an error with a body as the platform documents it, and the same type in body and header. */
export function expectFailure(outcome: Outcome): ReportedFailure {
  if (outcome.kind !== 'error')
    fail(`the event was to fail, but its outcome is '${outcome.kind}': ${excerpt(outcome.body, 0)}`)
  const { errorType, errorMessage, stackTrace } = objectOf(outcome)
  if (typeof errorType !== 'string' || errorType === '') fail(`the error has no errorType: ${excerpt(outcome.body, 0)}`)
  if (typeof errorMessage !== 'string' || errorMessage === '')
    fail(`the error has no errorMessage: ${excerpt(outcome.body, 0)}`)
  if (stackTrace !== undefined && !Array.isArray(stackTrace))
    fail(`the error's stackTrace is no list: ${excerpt(outcome.body, 0)}`)
  if (outcome.errorType !== errorType)
    fail(`the header says that the errorType is '${outcome.errorType}', the body '${errorType}'`)
  return { errorType, errorMessage }
}

const mostCause = 64 * 1024

/** Expects an X-Ray cause as the platform documents it: JSON with `exceptions`, printable ASCII. */
export function expectCause({ xrayCause }: Outcome): void {
  if (xrayCause === undefined) return
  const shown = xrayCause.slice(0, 200)
  if (!/^[\u0020-\u007e]*$/.test(xrayCause) || xrayCause.length > mostCause)
    fail(`the cause for X-Ray is not printable ASCII of 64 KiB at most: ${shown}`)
  let parsed: unknown
  try {
    parsed = JSON.parse(xrayCause)
  } catch {
    fail(`the cause for X-Ray is no JSON: ${shown}`)
  }
  const { exceptions, paths, working_directory: folder } = Object(parsed) as Record<string, unknown>
  if (!Array.isArray(exceptions) || !Array.isArray(paths) || typeof folder !== 'string')
    fail(`the cause for X-Ray has not the keys exceptions, paths and working_directory: ${shown}`)
}

function objectOf(outcome: Outcome): Record<string, unknown> {
  try {
    return Object(outcome.json()) as Record<string, unknown>
  } catch {
    return fail(`the error is no JSON: ${excerpt(outcome.body, 0)}`)
  }
}

function expectBytes(actual: Buffer, expected: Buffer): void {
  if (actual.equals(expected)) return
  let at = 0
  while (at < actual.length && actual[at] === expected[at]) at++
  fail(
    `the answer differs from byte ${at} on (${actual.length} bytes, expected ${expected.length}): ` +
      `expected ${excerpt(expected, at)}, got ${excerpt(actual, at)}`,
  )
}

function excerpt(bytes: Buffer, at: number): string {
  const from = Math.max(0, at - 20)
  return `${from > 0 ? '…' : ''}${JSON.stringify(bytes.toString('utf8', from, from + 200))}${bytes.length > from + 200 ? '…' : ''}`
}
