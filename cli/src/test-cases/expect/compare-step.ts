import { isDeepStrictEqual } from 'node:util'
import { judgeOutcome } from '@anyhandler/core/http'
import type { Verdict } from '@anyhandler/core/http'
import type { Expectation } from '../format/case-schema.ts'
import type { TestStep } from '../format/test-case.ts'
import type { StepResult } from '../run/job.ts'
import { compareContent, difference, lacks } from './compare-content.ts'
import { compareHeaders } from './compare-headers.ts'
import type { Difference } from './difference.ts'

/** The differences from the step's expectation; none = all is as expected. */
export function compareStep({ expect, event }: TestStep, got: StepResult): readonly Difference[] {
  const verdict = judgeOutcome(got, Buffer.from(event))
  const failure = compareError(expect, got)
  // After an unexpected failure the answer shows no more than the failure itself.
  const isAnswered = failure.length === 0 || !got.failed
  return [
    ...failure,
    ...(isAnswered ? [...compareClient(expect, verdict), ...compareContent('answer', expect, got.body)] : []),
    ...compareLog(expect, got.log),
    ...compareFiles(expect, got),
    ...compareQueries(expect, got),
  ]
}

function compareError({ error, status }: Expectation, { failed, error: got }: StepResult): readonly Difference[] {
  if (error === undefined) {
    // A case with the expected status 502 may mean this failure.
    return failed && got && (status === undefined || status < 500)
      ? [difference('error', 'no error', `${got.type}: ${got.message}`, { show: 'words', update: got })]
      : []
  }
  if (!failed || !got) return [difference('error', error, 'no error: the function has answered', { show: 'words' })]
  const wanted = typeof error === 'string' ? { type: error } : error
  const exact = (['type', 'message'] as const).flatMap((key) => {
    const value = wanted[key]
    const path = typeof error === 'string' ? ['error'] : ['error', key]
    return value === undefined || value === got[key]
      ? []
      : [difference(`error.${key}`, value, got[key], { path, update: got[key] })]
  })
  const { 'message contains': parts, 'message matches': pattern } = wanted
  return [
    ...exact,
    ...missing('error.message contains', parts, got.message),
    ...(pattern === undefined || new RegExp(pattern).test(got.message)
      ? []
      : [difference('error.message matches', `/${pattern}/`, got.message, { show: 'words' })]),
  ]
}

const clientKeys = [
  'status',
  'headers',
  'headers match',
  'body',
  'body contains',
  'body lacks',
  'body matches',
  'body at',
  'body base64',
]

function compareClient(expect: Expectation, verdict: Verdict | undefined): readonly Difference[] {
  if (!verdict) {
    const key = clientKeys.find((one) => expect[one] !== undefined)
    return key === undefined
      ? []
      : [
          difference(key, expect[key], 'no client: the event comes from no front door', {
            show: 'words',
            hint: 'expect an answer, or send a request',
          }),
        ]
  }
  const { status, findings } = verdict
  const finding = findings.find(({ severity }) => severity === 'error')
  const statusDifference =
    expect.status === undefined || expect.status === status
      ? []
      : [
          difference('status', expect.status, status, {
            show: 'words',
            update: status,
            ...(finding && { hint: finding.message }),
          }),
        ]
  return [
    ...statusDifference,
    ...compareHeaders(expect, verdict.headers),
    ...compareContent('body', expect, verdict.body),
  ]
}

function compareLog(expect: Expectation, lines: readonly string[]): readonly Difference[] {
  const text = lines.join('\n')
  const { log } = expect
  const wanted = typeof log === 'string' ? log.replace(/\n$/, '').split('\n') : log
  return [
    ...(wanted === undefined || isDeepStrictEqual(wanted, lines)
      ? []
      : [difference('log', wanted, lines, { update: lines })]),
    ...missing('log contains', expect['log contains'], text),
    ...(expect['log lacks'] === undefined ? [] : lacks('log lacks', expect['log lacks'], text)),
    ...[expect['log matches'] ?? []]
      .flat()
      .filter((pattern) => !new RegExp(pattern, 'm').test(text))
      .map((pattern) => difference('log matches', `/${pattern}/`, text, { show: 'words' })),
  ]
}

function missing(key: string, texts: string | readonly string[] | undefined, text: string): readonly Difference[] {
  return [texts ?? []]
    .flat()
    .filter((one) => !text.includes(one))
    .map((one) => difference(key, one, text, { show: 'words' }))
}

function compareFiles(expect: Expectation, { files }: StepResult): readonly Difference[] {
  const whole = Object.entries(expect.files ?? {}).flatMap(([path, wanted]) => {
    const bytes = files[path]
    if (!bytes) return wanted === null ? [] : [difference(`files.${path}`, wanted, 'no such file', { show: 'words' })]
    if (wanted === null)
      return [difference(`files.${path}`, 'no such file', Buffer.from(bytes).toString(), { show: 'words' })]
    const found = compareContent(path, { [path]: wanted }, bytes)
    return found.map((one) => ({
      ...one,
      key: `files.${path}`,
      ...(one.update && { update: { path: ['files', path], value: one.update.value } }),
    }))
  })
  const parts = Object.entries(expect['files contain'] ?? {}).flatMap(([path, texts]) => {
    const bytes = files[path]
    return bytes
      ? missing(`files contain.${path}`, texts, Buffer.from(bytes).toString())
      : [difference(`files contain.${path}`, texts, 'no such file', { show: 'words' })]
  })
  return [...whole, ...parts]
}

function compareQueries(expect: Expectation, { rows }: StepResult): readonly Difference[] {
  return Object.entries(expect.query ?? {}).flatMap(([sql, wanted]) => {
    const found = rows[sql] ?? { error: 'it was not run' }
    const key = `query.${sql}`
    if ('error' in found) return [difference(key, wanted, found.error as string, { show: 'words' })]
    const list = found as readonly Readonly<Record<string, unknown>>[]
    const got: unknown = Array.isArray(wanted) ? list : onlyValue(list)
    return isDeepStrictEqual(plain(got), plain(wanted))
      ? []
      : [difference(key, wanted, got, { path: ['query', sql], update: got })]
  })
}

/** Of one row with one column; else the rows. */
function onlyValue(rows: readonly Readonly<Record<string, unknown>>[]): unknown {
  const [row] = rows
  if (rows.length === 0) return null
  const values = Object.values(row ?? {})
  return rows.length === 1 && values.length === 1 ? values[0] : rows.length === 1 ? row : rows
}

/** Blobs as base64, large integers as numbers, no prototypes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, inner: unknown) => {
      if (typeof inner === 'bigint') return Number(inner)
      return inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner
    }),
  ) as unknown
}
