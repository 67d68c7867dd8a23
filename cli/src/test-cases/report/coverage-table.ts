import type { FileCoverage } from '../covered/coverage.ts'

/** For people: a line for each file. */
export function coverageTable(files: readonly FileCoverage[]): string {
  const width = Math.max(0, ...files.map(({ file }) => file.length))
  const lines = files.map(({ file, unit, ran, total, missed }) => {
    const what = ran === 0 ? 'never run' : `${ran} of ${total} ${unit}`
    return `  ${file.padEnd(width)}  ${what}${ran > 0 && missed.length > 0 ? `; not run: ${ranges(missed)}` : ''}`
  })
  return ['coverage', ...lines, ''].join('\n')
}

/** `3, 5-7`. */
function ranges(lines: readonly number[]): string {
  const spans: (readonly [first: number, last: number])[] = []
  for (const line of lines) {
    const [first, last] = spans.at(-1) ?? []
    if (first !== undefined && last === line - 1) spans[spans.length - 1] = [first, line]
    else spans.push([line, line])
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ')
}
