/** A line of the table: what was measured of which runtime. Cells are finished text; what has no figure stays empty. */
export interface Row {
  readonly what: string
  readonly runtime: string
  readonly median?: string
  readonly p99?: string
  readonly perSecond?: string
  readonly cpu?: string
  /** What anyhandler takes of this runtime's time; a comparison in words elsewhere. */
  readonly ratio?: string | undefined
  readonly cpuRatio?: string
  /** How much of its core the load generator used. */
  readonly generator?: string
}

const columns: readonly (readonly [keyof Row, string])[] = [
  ['what', ''],
  ['runtime', 'runtime'],
  ['median', 'median'],
  ['p99', '99 %'],
  ['perSecond', 'a second'],
  ['cpu', 'CPU'],
  ['ratio', 'anyhandler : it'],
  ['cpuRatio', 'by CPU'],
  ['generator', 'generator'],
]

const isText = (at: number): boolean => at < 2

/** Markdown that can be read as it is, too. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = [columns.map(([, title]) => title), ...rows.map((row) => columns.map(([key]) => row[key] ?? ''))]
  const widths = columns.map((_, at) => Math.max(3, ...lines.map((cells) => cells[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, at) => (isText(at) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head = [], ...body] = lines
  return [line(head), rule, ...body.map(line)].join('\n')
}

/** Of a figure in microseconds. */
export function time(micros: number): string {
  if (micros >= 10_000) return `${(micros / 1000).toFixed(0)} ms`
  return micros >= 1_000 ? `${(micros / 1000).toFixed(1)} ms` : `${micros.toFixed(0)} µs`
}

/** Of a figure in bytes. */
export function size(bytes: number): string {
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${(bytes / 2 ** 10).toFixed(1)} KB`
}

export function ratio(value: number, target?: number): string {
  return target === undefined ? value.toFixed(2) : `${value.toFixed(2)} (${value <= target ? '≤' : 'not ≤'} ${target})`
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`
}
