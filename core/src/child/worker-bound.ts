import type { LanePool } from '../lane/pool.ts'

/** The workers of a handler, of whatever language. */
export interface Workers {
  readonly pool: Pick<LanePool<unknown, unknown>, 'open' | 'endIdle' | 'close'>
  /** Of the last event, or of the start: `performance.now()`. */
  lastUsed: number
}

/** Of all languages in this process. */
const all = new Set<Workers>()

export function addWorkers(workers: Workers): void {
  all.add(workers)
}

export function removeWorkers(workers: Workers): void {
  all.delete(workers)
}

/**
 * Makes room for a worker: ends idle ones of other handlers, those first whose handler was not used for longest. What runs an event stays, so there may be more than `most` while many do.
 */
export async function makeRoom(most: number, own: Workers): Promise<void> {
  // A worker that room is made for counts already.
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
