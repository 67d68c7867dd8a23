/** A fault of a file, with its cure. */
export interface Finding {
  /** An `error` fails on Lambda; a `warning` may. */
  readonly severity: 'error' | 'warning'
  /** Relative to the folder; `.` is the folder itself. */
  readonly file: string
  /** `has CRLF line endings, which …`: goes on after the file's name. */
  readonly fault: string
  /** The cure, as an instruction: `convert it with …`. */
  readonly cure: string
}

/** One line: line breaks in file names and messages are removed. */
export function lineOf({ severity, file, fault, cure }: Finding): string {
  return `${severity.padEnd(7)}  ${file}: ${fault}; ${cure}`.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
}
