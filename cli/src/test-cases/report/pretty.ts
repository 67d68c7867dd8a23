import { styleText } from 'node:util'
import type { CaseResult } from '../run/run-cases.ts'
import { coverageTable } from './coverage-table.ts'
import { explain, plain } from './explain.ts'
import type { Paint } from './explain.ts'
import { count, fullName, place } from './reporter.ts'
import type { Reporter } from './reporter.ts'

const colours: Paint = {
  expected: (text) => styleText('green', text, { validateStream: false }),
  got: (text) => styleText('red', text, { validateStream: false }),
  faint: (text) => styleText('dim', text, { validateStream: false }),
  strong: (text) => styleText('bold', text, { validateStream: false }),
}

/** For people: a line for each file, then what failed. */
export function pretty(isColoured: boolean): Reporter {
  const paint = isColoured ? colours : plain
  return {
    end(results, { durationMs, coverage, commandFor }) {
      const failed = results.filter(({ status }) => status === 'failed')
      return [
        ...fileLines(results, paint),
        ...failed.flatMap((result) => [
          '',
          `${paint.got('✗')} ${paint.strong(fullName(result))}  ${paint.faint(place(result))}`,
          ...explain(result, paint).map((line) => `    ${line}`),
          `    run it alone: ${commandFor(result)}`,
        ]),
        ...(failed.length > 0 ? [''] : []),
        summary(results, durationMs, paint),
        ...(coverage ? [coverageTable(coverage)] : ['']),
      ].join('\n')
    },
  }
}

function fileLines(results: readonly CaseResult[], paint: Paint): readonly string[] {
  const byFile = Map.groupBy(results, ({ test }) => test.label)
  return [...byFile].flatMap(([label, own]) => {
    const failed = count(own, 'failed')
    const skipped = own.filter(({ status }) => status === 'skipped')
    const mark = failed > 0 ? paint.got('✗') : paint.expected('✓')
    const ms = Math.round(own.reduce((sum, { durationMs }) => sum + durationMs, 0))
    const ran = own.length - skipped.length
    const line = `${mark} ${label}  ${ran - failed} of ${ran}  ${paint.faint(`${ms} ms${ran > 1 ? ' in sum' : ''}`)}`
    return [line, ...skipped.map(({ test }) => paint.faint(`  - ${test.name}: left out, ${test.skip}`))]
  })
}

function summary(results: readonly CaseResult[], durationMs: number, paint: Paint): string {
  const [failed, skipped] = [count(results, 'failed'), count(results, 'skipped')]
  const parts = [
    paint.expected(`${count(results, 'passed')} passed`),
    ...(failed > 0 ? [paint.got(`${failed} failed`)] : []),
    ...(skipped > 0 ? [`${skipped} left out`] : []),
  ]
  return `${parts.join(', ')} in ${(durationMs / 1000).toFixed(2)} s`
}
