import type { FileCoverage } from '../covered/coverage.ts'
import type { CaseResult } from '../run/run-cases.ts'

/** Writes the results of test cases in one format. */
export interface Reporter {
  /** @returns the text to write after the last case */
  end(results: readonly CaseResult[], about: RunAbout): string
}

export interface RunAbout {
  readonly durationMs: number
  /** Sentences about case files that can't be used. */
  readonly faults: readonly string[]
  /** Present if the user asked for it. */
  readonly coverage?: readonly FileCoverage[]
  /** The command that runs a case alone. */
  commandFor(result: CaseResult): string
}

/** `a link leads on › step 2`. */
export function fullName({ test, step }: CaseResult): string {
  return step?.name === undefined ? test.name : `${test.name} › ${step.name}`
}

export function place({ test }: CaseResult): string {
  return `${test.label}:${test.line}`
}

export function count(results: readonly CaseResult[], status: CaseResult['status']): number {
  return results.filter((result) => result.status === status).length
}
