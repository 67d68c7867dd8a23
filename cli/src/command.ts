import type { ParseArgsOptionsConfig } from 'node:util'

/** A subcommand: what it takes, what it says of itself, and what it does. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Everything that `--help` prints. */
  readonly help: string
  readonly options: ParseArgsOptionsConfig
  /** What `anyhandler help NAME TOPIC` may ask for; the help has it all. */
  readonly topics?: readonly string[]
  /**
   * Names of the words that are not flags: required, but for the last ones if they stand in brackets, as `[DIR]`. `[FILTER]...` may be given
   * several times.
   */
  readonly operands: readonly string[]
  /** Does the work; gives the exit code, unless it ends the process itself. */
  run(values: Values, operands: readonly string[]): Promise<number>
}

/** Parsed flags: strings, or `true`; a list of them for a flag that may be given several times. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

/** Wrong usage: the message goes to stderr, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A flag's text, if it was given. */
export function textOf(values: Values, flag: string): string | undefined {
  const value = values[flag]
  return typeof value === 'string' ? value : undefined
}

/** All texts of a flag that may be given several times. */
export function textsOf(values: Values, flag: string): readonly string[] {
  const given = values[flag]
  return Array.isArray(given) ? given.map(String) : []
}
