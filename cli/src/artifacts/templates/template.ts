import type { Architecture, Runtime } from '../target.ts'

/** What an infrastructure file is made of. */
interface TemplateInput {
  /** Of the stack, the service: letters, digits and hyphens. */
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
}

/** A kind of infrastructure file. */
export interface Template {
  /** The name that its tool looks for. */
  readonly file: string
  /** What to call then, after the zips were built. */
  readonly deploy: string
  render(input: TemplateInput): string
}

/** What handlers of any language get along with; both are easily raised. */
export const defaults = { memoryMegabytes: 256, timeoutSeconds: 10 } as const
