import { fileURLToPath } from 'node:url'
import type { InvokeOptions, Outcome } from '@anyhandler/core/testing'
import type { Python } from './differential/pythons.ts'
import type { TelemetryFrame } from './differential/telemetry.ts'

/** One event of a differential case. */
export interface CaseEvent {
  /** The event's text. */
  readonly text: string
  readonly options?: InvokeOptions
}

/** A handler and what it is sent. */
export interface Case {
  /** Task root. */
  readonly root: string
  readonly handler: string
  readonly events: readonly CaseEvent[]
  readonly variables?: Readonly<Record<string, string>>
  /** The machine's own when absent. */
  readonly python?: Python
  /** The log goes to a telemetry descriptor, as on Lambda. */
  readonly telemetry?: boolean
}

/** A task root below test/cases/python. */
export function rootOf(theme: string): string {
  return fileURLToPath(new URL(`../../cases/python/${theme}`, import.meta.url))
}

/** What one runtime made of a case. */
export interface Run {
  readonly outcomes: readonly Outcome[]
  /** The lines of the log. */
  readonly log: readonly string[]
  /** What the telemetry descriptor got. */
  readonly frames: readonly TelemetryFrame[]
}

/** The lines of a text that ends with a newline, or doesn't. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Request ids that both runtimes get, so that what holds them is equal. */
export function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
}

/** What Lambda sets, and nothing that the machine's own surroundings set for Python. */
export function variablesOf(
  one: Pick<Case, 'root' | 'handler' | 'variables'>,
  runtimeApi: string,
): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR } = process.env
  return {
    PATH,
    HOME,
    ...(TMPDIR !== undefined && { TMPDIR }),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_LAMBDA_FUNCTION_NAME: 'my-function',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/my-function',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/23/[$LATEST]abcdef',
    ...one.variables,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: one.root,
    _HANDLER: one.handler,
  }
}
