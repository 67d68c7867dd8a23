import { fileURLToPath } from 'node:url'
import type { InvokeOptions, Outcome } from '@anyhandler/core/testing'
import type { TelemetryFrame } from '../python-subprocess/differential/telemetry.ts'

/** A handler and what it is sent. */
export interface Case {
  /** Task root. */
  readonly root: string
  readonly handler: string
  readonly events: readonly { readonly text: string; readonly options?: InvokeOptions }[]
  readonly variables?: Readonly<Record<string, string>>
  /** The log goes to a telemetry descriptor, as on Lambda. */
  readonly telemetry?: boolean
}

/** What one runtime made of a case. */
export interface Run {
  readonly outcomes: readonly Outcome[]
  /** The lines of the log. */
  readonly log: readonly string[]
  /** What the telemetry descriptor got. */
  readonly frames: readonly TelemetryFrame[]
}

/** A task root below test/cases/javascript. */
export function rootOf(theme: string): string {
  return fileURLToPath(new URL(`../../cases/javascript/${theme}`, import.meta.url))
}

/** The keys of an object in a theme's module: the events that it knows. */
export async function namesIn(theme: string, name: string): Promise<readonly string[]> {
  const module = (await import(`${rootOf(theme)}/app.mjs`)) as Readonly<Record<string, object>>
  return Object.keys(module[name]!)
}

export function eventsOf(values: readonly unknown[]): Case['events'] {
  return values.map((value) => ({ text: JSON.stringify(value) }))
}

/** Request ids that both runtimes get, so that what holds them is equal. */
export function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** What Lambda sets, and nothing that the machine's own surroundings set for Node. */
export function variablesOf(one: Pick<Case, 'root' | 'handler' | 'variables'>, api: string): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR } = process.env
  return {
    PATH,
    HOME,
    ...(TMPDIR !== undefined && { TMPDIR }),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_LAMBDA_FUNCTION_NAME: 'my-function',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/my-function',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/23/[$LATEST]abcdef',
    ...one.variables,
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: one.root,
    _HANDLER: one.handler,
  }
}
