import { anyhandler } from '../../support/command.ts'
import type { CommandResult } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

/** What `--json` says of a case. */
export interface ReportedCase {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly fault?: string
  readonly differences?: readonly { readonly key: string; readonly expected: unknown; readonly got: unknown }[]
  readonly log?: readonly string[]
  readonly command?: string
}

export interface Report {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly faults: readonly string[]
  readonly cases: readonly ReportedCase[]
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** Runs `anyhandler test` in a folder with these files. */
export function runTest(files: Files, args: readonly string[] = []): Promise<CommandResult> {
  return anyhandler(['test', '.', ...args], { cwd: folder(files) })
}

/** As {@link runTest}, and reads the report. */
export async function reportOf(files: Files, args: readonly string[] = []): Promise<Report> {
  const { stdout, stderr } = await runTest(files, [...args, '--json'])
  if (stdout === '') throw new Error(`no report: ${stderr}`)
  return JSON.parse(stdout) as Report
}

/** The keys that differ, by case. */
export function differing({ cases }: Report): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    cases.map(({ name, differences = [], fault }) => [
      name,
      [...differences.map(({ key }) => key), ...(fault === undefined ? [] : [fault])],
    ]),
  )
}
