import { median } from './statistics.ts'
import type { Row } from './table.ts'

/**
 * One table of several runs of the same: a ratio becomes its median, with the least and the greatest behind it. The
 * other cells are those of the last run.
 */
export function merge(runs: readonly (readonly Row[])[]): readonly Row[] {
  const last = runs.at(-1) ?? []
  if (runs.length === 1) return last
  return last.map((row) => {
    const same = runs.flatMap((rows) =>
      rows.filter(({ what, runtime }) => what === row.what && runtime === row.runtime),
    )
    return {
      ...row,
      ...(row.ratio && {
        ratio: overRuns(
          row.ratio,
          same.map(({ ratio }) => ratio ?? ''),
        ),
      }),
      ...(row.cpuRatio && {
        cpuRatio: overRuns(
          row.cpuRatio,
          same.map(({ cpuRatio }) => cpuRatio ?? ''),
        ),
      }),
    }
  })
}

/** The figure that a cell begins with; what is behind it, such as its target, is left out. */
function overRuns(cell: string, cells: readonly string[]): string {
  const figures = cells.map((text) => Number.parseFloat(text)).filter((figure) => !Number.isNaN(figure))
  if (figures.length < 2) return cell
  const [least, greatest] = [Math.min(...figures), Math.max(...figures)]
  return `${median(figures).toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})`
}
