/** The reason in the host's line about a start that failed. */
const failedStart = /\tFATAL\t(?<reason>init failed: .*)$/

/**
 * The last reason for a failed start of each function. A broken function fails at the save and again at each event:
 * the terminal shows the reason once, until the code changes.
 */
export class FailedStarts {
  readonly #reasons = new Map<string, string>()

  /** Keeps the reason if this line of the function has one. */
  note(name: string, line: string): void {
    const reason = failedStart.exec(line)?.groups?.['reason']
    if (reason !== undefined) this.#reasons.set(name, reason)
  }

  /**
   * The lines of an invocation; a reason that was shown before, with the indented lines below it, becomes one short
   * line.
   */
  shortened(name: string, lines: readonly string[]): readonly string[] {
    let isRepeated = false
    return lines.flatMap((line) => {
      if (isRepeated && /^\s/.test(line)) return []
      const reason = failedStart.exec(line)?.groups?.['reason']
      isRepeated = reason !== undefined && this.#reasons.get(name) === reason
      this.note(name, line)
      return isRepeated ? ['the start failed again, for the reason above'] : [line]
    })
  }

  /** After a change of the code each reason is new. */
  forget(): void {
    this.#reasons.clear()
  }
}
