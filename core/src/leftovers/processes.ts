import { readdirSync, readFileSync } from 'node:fs'
import { markName } from '../mark.ts'
import { pause } from '../waiting.ts'

export interface Sweep {
  /** Processes whose mark starts with this are ended … */
  readonly prefix: string
  /** … unless this says otherwise of the mark. */
  readonly spare?: (mark: string) => boolean
  /** Every process of this session is ended, whatever its mark. */
  readonly session?: number
}

/**
 * Ends what a sweep names, with SIGKILL, looking again until nothing new is found: a process can start another while it is being killed.
 * @returns how many were ended.
 */
export function killMarked(sweep: Sweep): number {
  const ended = new Set<number>()
  for (let round = 0; round < 10; round++) {
    const found = findMarked(sweep).filter((pid) => !ended.has(pid))
    if (found.length === 0) break
    for (const pid of found) {
      ended.add(pid)
      kill(pid, 'SIGKILL')
    }
  }
  return ended.size
}

/** As {@link killMarked}, and waits until they are gone, `ms` at most. */
export async function killMarkedAndWait(sweep: Sweep, ms: number): Promise<boolean> {
  killMarked(sweep)
  for (const end = performance.now() + ms; findMarked(sweep).length > 0;) {
    if (performance.now() > end) return false
    await pause(2)
    killMarked(sweep)
  }
  return true
}

/** Sends a signal to a process, or with a negative number to a group; gone already is fine. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ESRCH: it ended by itself; EPERM: the number belongs to somebody else by now.
  }
}

function findMarked({ prefix, spare, session }: Sweep): number[] {
  const found: number[] = []
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!(pid > 0) || pid === process.pid) continue
    const mark = markOf(pid)
    if (mark === undefined ? false : mark.startsWith(prefix) && !spare?.(mark)) found.push(pid)
    else if (session !== undefined && sessionOf(pid) === session) found.push(pid)
  }
  return found
}

/** The mark in a process's environment. A zombie's environment is empty: it counts as gone. */
function markOf(pid: number): string | undefined {
  const environment = `\0${readProc(pid, 'environ')}`
  // With the NUL in front: the name may also stand in the text of another variable.
  const name = `\0${markName}=`
  const start = environment.indexOf(name)
  if (start < 0) return undefined
  const from = start + name.length
  const end = environment.indexOf('\0', from)
  return environment.slice(from, end < 0 ? undefined : end)
}

/** Session of a live process: field 6 of `/proc/PID/stat`, counted behind the name, which may hold anything. */
function sessionOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat')
  const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : Number(session)
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
