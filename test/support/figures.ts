import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The pages that quote the benchmark. */
export const quoting: readonly string[] = ['README.md', 'docs/performance.md', 'docs/deploying.md']

/** A line of `bench/results.md`. */
export interface Measured {
  readonly what: string
  readonly runtime: string
  /** Finished text by column: `105 µs`, `0.36 (≤ 0.5)`. */
  readonly cells: Readonly<Record<string, string>>
}

/** The columns as figures name them. */
const columns = ['what', 'runtime', 'median', 'p99', 'perSecond', 'cpu', 'ratio', 'cpuRatio', 'generator'] as const
type Column = Exclude<(typeof columns)[number], 'what' | 'runtime'>

export interface Results {
  /** Machine and date. */
  readonly where: string
  readonly rows: readonly Measured[]
}

export function readResults(text = readFileSync(join(root, 'bench/results.md'), 'utf8')): Results {
  const lines = text.split('\n')
  const rows = lines
    .filter((line) => line.startsWith('| ') && !/^\| -+/.test(line))
    .slice(1)
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
      const [what = '', runtime = ''] = cells
      return { what, runtime, cells: Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])) }
    })
  return { where: lines.find((line) => /^\d{4}-/.test(line)) ?? '', rows }
}

/** A number and its unit at the beginning of a cell. @param runtime its name may go on: `anyhandler (1 process)` */
export function figureOf({ rows }: Results, what: string, runtime: string, column: Column): string | undefined {
  const row = rows.find(
    (one) => one.what === what && (one.runtime === runtime || one.runtime.startsWith(`${runtime} (`)),
  )
  return /^[\d.]+(?: (?:µs|ms|s|KB|MB|%))?/.exec(row?.cells[column] ?? '')?.[0]
}

/**
 * A figure of a page: `<!-- =sql, warm / anyhandler / median -->105 µs`. `median:0` is rounded, to that many digits
 * behind the point; `median:µs` is in microseconds and shows no unit. `?=` is left as it is while the results have no
 * such row.
 */
const mark =
  /<!-- (?<isOptional>\?)?=(?<what>[^/]+?) \/ (?<runtime>[^/]+?) \/ (?<column>\w+)(?::(?<form>\d|µs))? -->(?<figure>\d+(?:\.\d+)?(?: to \d+(?:\.\d+)?)?(?: (?:µs|ms|KB|MB)\b)?)/g

export interface Quoted {
  readonly text: string
  readonly count: number
}

/** A page with the figures of the results. @throws Error for a figure that they don't have */
export function withFigures(page: string, results: Results): Quoted {
  let count = 0
  const text = page.replace(mark, (all, ...rest) => {
    const { isOptional, what, runtime, column, form, figure } = rest.at(-1) as Record<string, string>
    const found = figureOf(results, what ?? '', runtime ?? '', column as Column)
    if (found === undefined && isOptional === undefined) throw new Error(`bench/results.md has no figure for ${all}`)
    count++
    return found === undefined ? all : `${all.slice(0, -(figure ?? '').length)}${formed(found, form)}`
  })
  const marks = page.match(/<!-- \??=/g)?.length ?? 0
  if (marks !== count)
    throw new Error(`${marks - count} of the figures can't be read: a number stands right behind its mark`)
  return { text, count }
}

function formed(figure: string, form: string | undefined): string {
  const { number = '', unit = '' } = /^(?<number>[\d.]+)(?<unit>.*)$/.exec(figure)?.groups ?? {}
  if (form === undefined) return figure
  if (form === 'µs') return String(unit === ' ms' ? Math.round(Number(number) * 1000) : number)
  return `${Number(number).toFixed(Number(form))}${unit}`
}
