import { belongingOf } from './belonging.ts'
import type { Territory } from './belonging.ts'
import { allPids, lastPid, processOf } from './proc.ts'

/**
 * Ends the leftovers of the lanes' events with SIGKILL. It repeats the search until it finds no new process, because a
 * process can start another while it is being killed.
 *
 * A search asks once for each id that was given out since the last one, and reads the entries of existing processes.
 * @param isWhole checks all new processes, even those that were checked before
 * @returns the number of ended processes
 */
export function endLeft(territories: readonly Territory[], isWhole = false): number {
  const ended = new Set<number>()
  for (let round = 0; round < 10; round++) {
    const last = lastPid()
    const kept = territories.map(() => new Set<number>())
    let found = 0
    const pids = territories.flatMap(({ looked, everything }) =>
      everything ? allPids() : looked.toLookAt(last, isWhole),
    )
    for (const pid of new Set(pids)) {
      if (pid === process.pid || ended.has(pid) || !isLeft(pid, territories, kept)) continue
      kill(pid, 'SIGKILL')
      ended.add(pid)
      found += 1
    }
    if (found > 0) continue
    for (const [at, { looked }] of territories.entries()) looked.set(last, kept[at])
    break
  }
  return ended.size
}

/** Sends a signal to a process, or with a negative number to a group; a process that has already ended is ignored. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ESRCH: it ended by itself; EPERM: the number belongs to another user's process by now.
  }
}

/** @param kept receives the processes that stay, a set for each territory */
function isLeft(pid: number, territories: readonly Territory[], kept: readonly Set<number>[]): boolean {
  const one = processOf(pid)
  if (!one) return false
  return territories.some((territory, at) => {
    const belonging = belongingOf(one, territory)
    if (belonging === 'kept') kept[at]?.add(pid)
    return belonging === 'left'
  })
}
