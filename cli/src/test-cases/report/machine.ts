import { stringify } from 'yaml'
import { explainDifferences, plain } from './explain.ts'
import { count, fullName, place } from './reporter.ts'
import type { Reporter } from './reporter.ts'

/** One object; the shape is told in docs/testing-handlers.md. */
export const json: Reporter = {
  end(results, { durationMs, faults, coverage, commandFor }) {
    const cases = results.map((result) => {
      const { test, status, differences, fault, got, step } = result
      return {
        file: test.label,
        line: test.line,
        name: test.name,
        ...(step?.name !== undefined && status === 'failed' && { step: step.name }),
        handler: step?.handler ?? test.steps[0]?.handler,
        status,
        ...(test.skip !== undefined && { reason: test.skip }),
        durationMs: Math.round(result.durationMs),
        ...(status === 'failed' && {
          ...(fault !== undefined && { fault }),
          differences: differences.map(({ key, expected, got: came }) => ({ key, expected, got: came })),
          log: got?.log ?? [],
          command: commandFor(result),
        }),
      }
    })
    const numbers = Object.fromEntries(
      (['passed', 'failed', 'skipped'] as const).map((status) => [status, count(results, status)]),
    )
    const all = { ...numbers, faults, durationMs: Math.round(durationMs), cases, ...(coverage && { coverage }) }
    return `${JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}\n`
  },
}

/** JUnit's XML, as CI servers read it. */
export const junit: Reporter = {
  end(results, { durationMs, commandFor }) {
    const suites = [...Map.groupBy(results, ({ test }) => test.label)].map(([label, own]) => {
      const tests = own.map((result) => {
        const { test, status, durationMs: ms, got } = result
        const open = `    <testcase classname="${escaped(label)}" name="${escaped(test.name)}" file="${escaped(label)}" line="${test.line}" time="${seconds(ms)}"`
        if (status === 'passed') return `${open}/>`
        if (status === 'skipped') return `${open}><skipped message="${escaped(test.skip ?? '')}"/></testcase>`
        const lines = [...explainDifferences(result, plain), `run it alone: ${commandFor(result)}`]
        const message = [fullName(result), lines[0]].join(': ')
        const log = got && got.log.length > 0 ? `<system-out>${escaped(got.log.join('\n'))}</system-out>` : ''
        return `${open}><failure message="${escaped(message)}">${escaped(lines.join('\n'))}</failure>${log}</testcase>`
      })
      const ms = own.reduce((sum, one) => sum + one.durationMs, 0)
      return `  <testsuite name="${escaped(label)}" ${numbersOf(own)} time="${seconds(ms)}">\n${tests.join('\n')}\n  </testsuite>`
    })
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${numbersOf(results)} time="${seconds(durationMs)}">\n${suites.join('\n')}\n</testsuites>\n`
  },
}

/** TAP 14, with the explanation in YAML below a failed line. */
export const tap: Reporter = {
  end(results, { commandFor }) {
    const lines = results.flatMap((result, index) => {
      const { test, status, got } = result
      const name = `${index + 1} - ${test.label}: ${test.name.replaceAll('#', String.raw`\#`)}`
      if (status === 'passed') return [`ok ${name}`]
      if (status === 'skipped') return [`ok ${name} # SKIP ${test.skip}`]
      const about = stringify({
        at: place(result),
        message: explainDifferences(result, plain).join('\n'),
        log: got?.log ?? [],
        command: commandFor(result),
      })
      return [
        `not ok ${name}`,
        '  ---',
        ...about
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
        '  ...',
      ]
    })
    return `${['TAP version 14', `1..${results.length}`, ...lines].join('\n')}\n`
  },
}

function numbersOf(results: Parameters<typeof count>[0]): string {
  return `tests="${results.length}" failures="${count(results, 'failed')}" errors="0" skipped="${count(results, 'skipped')}"`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to say most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"]/g, (char) => entities[char] ?? char)
    .replaceAll('\n', '&#10;')
}
