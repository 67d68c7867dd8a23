let isQuiet = false

/** Leaves out everything that is said beside the result: `--quiet`. */
export function beQuiet(): void {
  isQuiet = true
}

/** Says something on standard error that is no failure: one line. */
export function note(sentence: string): void {
  if (!isQuiet) process.stderr.write(`anyhandler: ${sentence}\n`)
}
