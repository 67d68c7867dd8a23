import type { Database } from 'better-sqlite3'

/**
 * Replaces SQLite's `random()` and `randomblob()`. SQLite seeds its generator once per process, and offers no way to
 * seed it again: every copy of a snapshot would make the same "random" keys.
 */
export function registerRandom(db: Database): void {
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  db.function('random', () => randomBytes(8).readBigInt64LE())
  db.function('randomblob', (size: number) => randomBytes(Math.max(1, Math.trunc(Number(size)) || 1)))
}
