import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'

/** The state of a file at a check. Undefined for a missing file. */
export interface Stamp {
  /** Changes with every write, rename and replacement; looking at it costs some 5 µs. */
  readonly quick: string
  /** Hash of the content: a save without a change counts as none. */
  readonly hash: string
  /** Epoch milliseconds of the last change. */
  readonly changedAt: number
  readonly size: number
}

export function stampOf(path: string): Stamp | undefined {
  const stats = look(path)
  if (!stats) return undefined
  try {
    const content = readFileSync(path)
    const hash = createHash('sha1').update(content).digest('base64')
    return { quick: quickOf(stats), hash, changedAt: Number(stats.ctimeMs), size: content.length }
  } catch {
    return undefined
  }
}

/** The same content? Reads the file only when its times, size or number have changed. */
export function isSame(path: string, before: Stamp | undefined): boolean {
  const stats = look(path)
  if (!stats) return before === undefined
  if (before && quickOf(stats) === before.quick) return true
  return before !== undefined && stampOf(path)?.hash === before.hash
}

function look(path: string): BigIntStats | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats?.isFile() ? stats : undefined
  } catch {
    return undefined
  }
}

function quickOf({ ino, size, mtimeNs, ctimeNs, mode }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs} ${mode}`
}
