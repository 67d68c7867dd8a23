/** What is wrong with a file, and how to put it right. */
export interface Finding {
  /** An `error` fails on Lambda; a `warning` may. */
  readonly severity: 'error' | 'warning'
  /** Relative to the folder; `.` is the folder itself. */
  readonly file: string
  /** `has CRLF line endings, which …`: goes on after the file's name. */
  readonly fault: string
  /** What to do, as an order: `convert it with …`. */
  readonly cure: string
}

/** One line; what comes from file names and messages can't break it. */
export function lineOf({ severity, file, fault, cure }: Finding): string {
  return `${severity.padEnd(7)}  ${file}: ${fault}; ${cure}`.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
}
