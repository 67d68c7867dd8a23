import { belongingOf } from './belonging.ts'
import type { Territory } from './belonging.ts'
import { allPids, lastPid, processOf } from './proc.ts'

/**
 * Ends what the lanes' events have left behind, with SIGKILL, looking again until nothing new is found: a process can start
 * another while it is being killed.
 *
 * One look costs the reading of `/proc`, and of what is new in it.
 * @returns how many were ended
 */
export function endLeft(territories: readonly Territory[]): number {
  const ended = new Set<number>()
  const last = lastPid()
  // Process ids have come round: what is known about small ones may be about others.
  const wrapped = territories.some(({ baseline }) => baseline > last)
  if (wrapped) for (const { foreign } of territories) foreign.clear()
  const isWhole = wrapped || territories.some(({ everything }) => everything)
  const oldest = isWhole ? 0 : Math.min(...territories.map(({ baseline }) => baseline))
  for (let round = 0; round < 10; round++) {
    const pids = allPids().filter((pid) => pid > oldest && pid !== process.pid && !ended.has(pid))
    const left = pids.filter((pid) => isLeft(pid, territories, wrapped))
    for (const pid of left) {
      kill(pid, 'SIGKILL')
      ended.add(pid)
    }
    forgetEnded(territories, pids)
    if (left.length === 0) break
  }
  return ended.size
}

/** Sends a signal to a process, or with a negative number to a group; gone already is fine. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ESRCH: it ended by itself; EPERM: the number belongs to somebody else by now.
  }
}

function isLeft(pid: number, territories: readonly Territory[], wrapped: boolean): boolean {
  if (territories.every(({ foreign }) => foreign.has(pid))) return false
  const one = processOf(pid)
  if (!one) return false
  return territories.some((territory) => {
    const belonging = belongingOf(one, territory, wrapped)
    if (belonging === 'foreign' && !territory.everything) territory.foreign.add(pid)
    return belonging === 'left'
  })
}

/** Their ids will be given out again. */
function forgetEnded(territories: readonly Territory[], living: readonly number[]): void {
  const alive = new Set(living)
  for (const { foreign } of territories) for (const pid of foreign) if (!alive.has(pid)) foreign.delete(pid)
}
