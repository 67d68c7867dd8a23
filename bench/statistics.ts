export function quantile(values: readonly number[], part: number): number {
  const sorted = inOrder(values)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** With an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = inOrder(values)
  const [one = Number.NaN, other = one] = sorted.slice(Math.ceil(sorted.length / 2) - 1, sorted.length / 2 + 1)
  return (one + other) / 2
}

function inOrder(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other)
}

/**
 * Median of the ratios of what was measured in pairs, one right after the other: a machine that is slow for a while is
 * slow for both.
 */
export function pairedRatio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, index) => value / (others[index] ?? Number.NaN)))
}
