export interface Point {
  readonly events: number
  /** In KiB. */
  readonly memory: number
}

/**
 * What each event adds in the second half of a run, in bytes. In the first half heaps grow to the size that they need.
 *
 * It is the median of the slopes between neighbouring points: a leak adds something everywhere, while a heap takes a
 * step now and then.
 */
export function slopeOf(points: readonly Point[]): number {
  const half = points.slice(Math.floor(points.length / 2))
  const slopes = half.flatMap((point, at) => {
    const next = half[at + 1]
    return next ? [(next.memory - point.memory) / (next.events - point.events)] : []
  })
  return (slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? 0) * 1_024
}
