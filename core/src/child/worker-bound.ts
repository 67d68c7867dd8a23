import type { LanePool } from '../lane/pool.ts'

/** The workers of a handler, in any language. */
export interface Workers {
  readonly pool: Pick<LanePool<unknown, unknown>, 'open' | 'endIdle' | 'close'>
  /** Time of the last event, or of the start, by the steady clock, in milliseconds. */
  lastUsed: number
}

/** Counted over all languages in this process. */
const all = new Set<Workers>()

export function addWorkers(workers: Workers): void {
  all.add(workers)
}

export function removeWorkers(workers: Workers): void {
  all.delete(workers)
}

/**
 * Makes room for a worker by ending idle workers of other handlers, the longest unused first. Busy workers stay, so
 * there may temporarily be more than `most`.
 */
export async function makeRoom(most: number, own: Workers): Promise<void> {
  // The worker that needs the room is already counted.
  let over = [...all].reduce((sum, { pool }) => sum + pool.open, 0) - most
  if (over <= 0) return
  const ending: Promise<void>[] = []
  for (const { pool } of [...all].toSorted((one, other) => one.lastUsed - other.lastUsed)) {
    if (pool === own.pool) continue
    for (let end = pool.endIdle(); end; end = over > 0 ? pool.endIdle() : undefined) {
      ending.push(end)
      over -= 1
    }
    if (over <= 0) break
  }
  await Promise.all(ending)
}
