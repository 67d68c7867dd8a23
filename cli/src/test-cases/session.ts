import { writeFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import { UsageError } from '../usage-error.ts'
import { note } from '../note.ts'
import { coverageVariables, readCoverage } from './covered/coverage.ts'
import type { FileCoverage } from './covered/coverage.ts'
import { loadCases, select } from './load-cases.ts'
import type { TestCase } from './format/test-case.ts'
import { json, junit, tap } from './report/machine.ts'
import { pretty } from './report/pretty.ts'
import type { Reporter, RunAbout } from './report/reporter.ts'
import { runCases } from './run/run-cases.ts'
import type { CaseResult, CoverageRun, RunOptions } from './run/run-cases.ts'
import { updateCases } from './update.ts'

/** The values of the command line. */
export interface Session {
  /** Absolute, and as the command to run a case alone names it. */
  readonly folder: string
  readonly shown: string
  readonly filters: readonly string[]
  readonly reporter: 'pretty' | 'json' | 'junit' | 'tap'
  readonly isUpdate: boolean
  readonly hasCoverage: boolean
  readonly output: string | undefined
  readonly run: Omit<RunOptions, 'signal'>
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const

/** Leaves out cases. */
export type Choose = (cases: readonly TestCase[]) => readonly TestCase[]

/**
 * Runs the cases once and reports.
 * @param choose which of the cases; all when absent
 * @returns the exit code
 */
export async function runOnce(session: Session, choose: Choose = (cases) => cases): Promise<number> {
  const { folder, shown, filters, isUpdate, hasCoverage, run } = session
  const { cases, faults } = loadCases(folder)
  for (const { message } of faults) process.stderr.write(`anyhandler: ${message}\n`)
  const wanted = choose(select(cases, filters))
  if (wanted.length === 0 && faults.length === 0) throw new UsageError(nothingToRun(shown, filters, cases))
  const started = performance.now()
  const stop = new AbortController()
  let code: number | undefined
  const handlers = Object.entries(signals).map(([signal, exitCode]) => {
    const handler = (): void => {
      code = exitCode
      stop.abort()
    }
    process.once(signal, handler)
    return () => process.removeListener(signal, handler)
  })
  let coverage: readonly FileCoverage[] | undefined
  const covered: CoverageRun = {
    variables: coverageVariables,
    async read(written, all) {
      coverage = await readCoverage(written, folder, all)
    },
  }
  const results = await runCases(wanted, { ...run, signal: stop.signal, ...(hasCoverage && { coverage: covered }) })
  for (const remove of handlers) remove()
  if (code !== undefined) return code
  report(session, results, {
    durationMs: performance.now() - started,
    faults: faults.map(({ message }) => message),
    ...(coverage && { coverage }),
  })
  if (isUpdate) {
    const updated = updateCases(results)
    note(updated === 1 ? '1 case now has the actual result' : `${updated} cases now have the actual results`)
  }
  if (faults.length > 0) return 2
  return results.some(({ status }) => status === 'failed') && !isUpdate ? 1 : 0
}

function report(
  { reporter, output, shown }: Session,
  results: readonly CaseResult[],
  known: Omit<RunAbout, 'commandFor'>,
): void {
  const about: RunAbout = {
    ...known,
    commandFor: ({ test }) => `npx anyhandler test ${quoted(shown)} ${quoted(`${test.label}:${test.line}`)}`,
  }
  const text = reporterOf(reporter, output === undefined).end(results, about)
  if (output === undefined) process.stdout.write(text)
  else writeReport(output, text)
}

/** @throws UsageError */
function writeReport(output: string, text: string): void {
  try {
    writeFileSync(output, text)
  } catch (error) {
    throw new UsageError(`--output ${output} can't be written: ${(error as Error).message}`)
  }
}

function reporterOf(name: Session['reporter'], isStdout: boolean): Reporter {
  if (name === 'pretty') return pretty(isStdout && isColoured())
  return { json, junit, tap }[name]
}

function isColoured(): boolean {
  if (process.env['NO_COLOR']) return false
  return Boolean(process.env['FORCE_COLOR']) || isatty(1)
}

function nothingToRun(shown: string, filters: readonly string[], cases: readonly TestCase[]): string {
  if (cases.length === 0)
    return `there is no *.case.yaml below ${shown}; docs/testing-handlers.md explains how to write one`
  return `none of the ${cases.length} cases below ${shown} matches ${filters.join(' or ')}`
}

/** For a shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
