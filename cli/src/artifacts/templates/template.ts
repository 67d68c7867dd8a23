import type { Architecture, Runtime } from '../target.ts'

/** The input of an infrastructure file. */
interface TemplateInput {
  /** Name of the stack or the service: letters, digits and hyphens. */
  readonly name: string
  readonly runtime: Runtime
  readonly arch: Architecture
  readonly functions: readonly TemplateFunction[]
  /** Environment variables of every function. */
  readonly variables: Readonly<Record<string, string>>
  /** Names of the zips, which lie beside the file. */
  readonly layerZip: string
  readonly functionZip: string
}

export interface TemplateFunction {
  /** Letters and digits, the first one a capital: `ReportsMonthly`. */
  readonly id: string
  readonly handler: string
  /** The events that invoke it. */
  readonly events: readonly TemplateEvent[]
}

/** Letters and digits name an event within its template; an `arn` is the name of the parameter that holds it. */
export type TemplateEvent = { readonly id: string } & (
  | {
      /** All requests of an HTTP API, or those of one route. */
      readonly from: 'http'
      readonly route?: { readonly method: string; readonly path: string }
    }
  /** Lambda polls it, and reads from the answer which records failed. */
  | { readonly from: 'sqs' | 'kinesis' | 'dynamodb'; readonly arn: string }
  | { readonly from: 'sns'; readonly arn: string }
  | { readonly from: 'schedule' }
  | { readonly from: 'eventbridge'; readonly pattern: Readonly<Record<string, readonly string[]>> }
)

/** The events of functions that have an ARN, each ARN once. */
export function withArn(
  functions: readonly TemplateFunction[],
): readonly Extract<TemplateEvent, { readonly arn: string }>[] {
  const events = functions.flatMap((one) => one.events).filter((event) => 'arn' in event)
  return [...new Map(events.map((event) => [event.arn, event])).values()]
}

/** How often a schedule of the templates runs. */
export const usualRate = 'rate(1 day)'

/** A kind of infrastructure file. */
export interface Template {
  /** The name that its tool looks for. */
  readonly file: string
  /** The command that deploys, after the zips were built. */
  readonly deploy: string
  render(input: TemplateInput): string
}

/** Values that suit handlers of any language; both are easily raised. */
export const defaults = { memoryMegabytes: 256, timeoutSeconds: 10 } as const
