import { readdirSync, readFileSync } from 'node:fs'

/** A process can start another while it is being killed. */
const mostRounds = 10

/**
 * Kills every process whose environment has this variable: `NAME=value`. When the platform loses a runtime, it takes
 * the whole sandbox away; a host that was killed at its first event has no watcher yet that would do it.
 */
export function endProcesses(variable: string): void {
  for (let round = 0; round < mostRounds; round++) {
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && has(Number(name), variable))
    for (const pid of found) kill(Number(pid))
    if (found.length === 0) return
  }
}

function has(pid: number, variable: string): boolean {
  try {
    return pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable)
  } catch {
    // It has ended, or belongs to another user.
    return false
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
