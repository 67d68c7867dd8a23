import { execFileSync } from 'node:child_process'
import { isUtf8 } from 'node:buffer'
import { expect } from 'vitest'
import type { CaseEvent } from './run-case.ts'

/** What depends on the machine, as a shell beside the host sees it. */
const surroundings = {
  '{{umask}}': execFileSync('bash', ['-c', 'umask'], { encoding: 'utf8' }).trim(),
  '{{files}}': execFileSync('bash', ['-c', 'ulimit -S -n'], { encoding: 'utf8' }).trim(),
}

/** An event of a case came to what its folder says. */
export function expectCase({ event, expected, outcome, records, log }: CaseEvent): void {
  const { body, base64, json, echo, contentType, error, initError, chunks } = expected
  const failure = error ?? initError
  if (failure) {
    expect(isUtf8(outcome.body)).toBe(true)
    expect(outcome.kind).toBe(initError ? 'initError' : 'error')
    expect(outcome.json()).toMatchObject({
      errorType: failure.errorType,
      errorMessage: expect.stringContaining(failure.errorMessage) as string,
    })
    if (error) expect(outcome.errorType).toBe(error.errorType)
    if (error?.stackTrace)
      expect((outcome.json() as { stackTrace: string[] }).stackTrace).toEqual(
        expected.wholeStackTrace ? error.stackTrace : expect.arrayContaining([...error.stackTrace]),
      )
  } else {
    expect([outcome.kind, outcome.text()]).toEqual(['response', expect.any(String)])
  }
  if (body !== undefined) expect(outcome.text()).toBe(filled(body))
  if (base64 !== undefined) expect(outcome.body.toString('base64')).toBe(base64)
  if (json !== undefined) expect(outcome.json()).toEqual(json)
  if (echo) expect(outcome.body.equals(event)).toBe(true)
  if (contentType !== undefined) expect(outcome.contentType).toBe(contentType)
  if (chunks) expect(outcome.chunks.map(({ bytes }) => bytes.toString())).toEqual(chunks)
  for (const text of expected.notAnswered ?? []) expect(outcome.text()).not.toContain(text)
  if (expected.trace) expect(traceOf(records)).toEqual(expected.trace)
  for (const line of expected.log ?? []) expect(records).toContainEqual(expect.stringContaining(line))
  for (const [text, count] of Object.entries(expected.logCount ?? {}))
    expect(log.filter((record) => record.includes(text))).toHaveLength(count)
  for (const text of expected.notLogged ?? []) expect(log.join('')).not.toContain(text)
}

/** The lines of `set -x`, which begin with the first character of PS4. */
function traceOf(records: readonly string[]): readonly string[] {
  return records.flatMap((record) => {
    const line = /(?<=[ \t])(?<!log: )\++ .*/.exec(record)?.[0]
    return line === undefined ? [] : [line.replace(/(?<=^\++ kill .*)\d+$/, '{{number}}')]
  })
}

function filled(text: string): string {
  let full = text
  for (const [mark, value] of Object.entries(surroundings)) full = full.replaceAll(mark, value)
  return full
}
