/** A small project with one fault. */
export interface Fault {
  /** The text of a row in docs/doctor-findings.md. */
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  /** What can't be said as texts. */
  readonly make?: (root: string) => void
  readonly flags?: readonly string[]
  /** The one finding: severity, file, what is wrong, the cure. */
  readonly finding: RegExp
  /** Flags with which there is nothing to find. */
  readonly cured?: readonly string[]
}
