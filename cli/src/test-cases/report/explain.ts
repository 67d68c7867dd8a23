import { diffLines } from 'diff'
import type { Difference } from '../expect/difference.ts'
import type { CaseResult } from '../run/run-cases.ts'

/** Marks parts of a text: colours, or nothing. */
export interface Paint {
  expected(text: string): string
  got(text: string): string
  faint(text: string): string
  strong(text: string): string
}

export const plain: Paint = { expected: same, got: same, faint: same, strong: same }

function same(text: string): string {
  return text
}

const longestText = 2_000
const mostLogLines = 40

/** The expected value, the actual value, the log: lines without an indent. */
export function explain(result: CaseResult, paint: Paint): readonly string[] {
  return [...explainDifferences(result, paint), ...(result.got ? logOf(result.got.log, paint) : [])]
}

export function explainDifferences({ differences, fault }: CaseResult, paint: Paint): readonly string[] {
  return [
    ...(fault === undefined ? [] : [paint.strong(fault)]),
    ...differences.flatMap((one) => explainOne(one, paint)),
  ]
}

function explainOne({ key, expected, got, show, hint }: Difference, paint: Paint): readonly string[] {
  const end = hint === undefined ? [] : [`  (${hint})`]
  const [wanted, came] = [written(expected), written(got)]
  const isShort = !inner(wanted).includes('\n') && !inner(came).includes('\n') && wanted.length + came.length < 160
  if (show === 'words' || isShort) {
    return [
      paint.strong(key),
      ...labelled('  expected ', wanted, paint.expected),
      ...labelled('  got      ', came, paint.got),
      ...end,
    ]
  }
  const lines = diffLines(`${wanted}\n`, `${came}\n`).flatMap(({ value, added, removed }) => {
    const mark = removed ? '-' : added ? '+' : ' '
    const colour = removed ? paint.expected : added ? paint.got : paint.faint
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => colour(`  ${mark} ${line}`))
  })
  return [`${paint.strong(key)}  ${paint.expected('- expected')}  ${paint.got('+ got')}`, ...lines, ...end]
}

/** Without the newline that ends a text. */
function inner(text: string): string {
  return text.replace(/\n$/, '')
}

function labelled(label: string, text: string, paint: (text: string) => string): readonly string[] {
  const [first = '', ...rest] = text.replace(/\n$/, '⏎').split('\n')
  return [`${label}${paint(first)}`, ...rest.map((line) => `${' '.repeat(label.length)}${paint(line)}`)]
}

function logOf(log: readonly string[], paint: Paint): readonly string[] {
  if (log.length === 0) return [paint.faint('log: nothing')]
  const lines = log.flatMap((record) => record.split('\n'))
  const left = lines.length - mostLogLines
  return [
    'log:',
    ...(left > 0 ? [paint.faint(`  … ${left} lines more`)] : []),
    ...lines.slice(-mostLogLines).map((line) => paint.faint(`  ${printable(line)}`)),
  ]
}

/** A value as a case file might say it: texts as they are, all else as JSON. */
function written(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : (JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner), 2) ??
        'nothing')
  const shown = text === '' ? "'' (empty)" : printable(text)
  return shown.length > longestText ? `${shown.slice(0, longestText)}… (${shown.length} characters)` : shown
}

/** Without what would steer a terminal. */
function printable(text: string): string {
  return text.replaceAll(
    /[\0-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
