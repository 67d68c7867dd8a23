import type { FileCoverage } from '../covered/coverage.ts'
import type { CaseResult } from '../run/run-cases.ts'

/** A way to tell of results. */
export interface Reporter {
  /** @returns what is to be written when all is over */
  end(results: readonly CaseResult[], about: RunAbout): string
}

export interface RunAbout {
  readonly durationMs: number
  /** Sentences about case files that can't be used. */
  readonly faults: readonly string[]
  /** If it was asked for. */
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
