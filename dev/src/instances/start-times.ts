/**
 * The host's own trace (`ANYHANDLER_TRACE=host`) tells how its start went: when it knew which plugin runs the handler,
 * and when that plugin was set up. Times are milliseconds since the start of the host's process.
 */
export class StartTimes {
  readonly #show: boolean
  #pluginAt: number | undefined
  #readyAt: number | undefined

  /** @param variables the function's environment: if it asks for a trace, the trace is shown */
  constructor(variables: Readonly<Record<string, string>>) {
    this.#show = areasOf(variables).some((area) => area === 'host' || area === '*')
  }

  /** The start of the language: its interpreter, and the handler's own code outside the function. */
  get languageMs(): number | undefined {
    return this.#pluginAt === undefined || this.#readyAt === undefined ? undefined : this.#readyAt - this.#pluginAt
  }

  /** Whether the line is only ours, and not to be shown. */
  take(line: string): boolean {
    const groups = /^anyhandler trace (?<at>[\d.]+) ms host: (?<what>.*)$/.exec(line)?.groups
    if (!groups) return false
    const at = Number(groups['at'])
    if (groups['what']?.includes(' is run by ')) this.#pluginAt ??= at
    if (groups['what']?.endsWith(' set up')) this.#readyAt = at
    return !this.#show
  }
}

/** The environment with the host's trace turned on. */
export function withHostTrace(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const areas = areasOf(variables)
  return { ...variables, ANYHANDLER_TRACE: [...new Set([...areas, 'host'])].join(',') }
}

function areasOf(variables: Readonly<Record<string, string>>): readonly string[] {
  return (variables['ANYHANDLER_TRACE'] ?? '')
    .split(',')
    .map((area) => area.trim())
    .filter(Boolean)
}
