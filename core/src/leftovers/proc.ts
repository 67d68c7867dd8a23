import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { markName } from '../mark.ts'

/** The entry of a running process in `/proc`. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly session: number
}

/** The ids of all processes, the smallest first. */
export function allPids(): readonly number[] {
  const pids: number[] = []
  for (const entry of entriesOf('/proc')) {
    const first = entry.charCodeAt(0)
    if (first >= 49 && first <= 57) pids.push(Number(entry))
  }
  return pids
}

/**
 * Returns `undefined` for a process that has ended (also a zombie) and for a thread, which `/proc` has but doesn't
 * list. Fields 3, 4, 6 and 38 of `stat` come after the name, which may contain any character. The last one is -1 for a
 * thread.
 */
export function processOf(pid: number): Process | undefined {
  const stat = readProc(pid, 'stat')
  if (!stat) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 36)
  const [state, parent, , session] = fields
  if (state === 'Z' || state === 'X' || fields[35] === '-1') return undefined
  return { pid, parent: Number(parent), session: Number(session) }
}

/**
 * True if a process has ended or is about to: it can't take anything any more, although its exit may not have been
 * reported yet.
 */
export function isEnding(pid: number): boolean {
  return stateOf(pid) === 'ending'
}

/** True if a process can't take anything now: it is ending, or a signal has stopped it. */
export function takesNothing(pid: number): boolean {
  return stateOf(pid) !== 'able'
}

/**
 * Fields 3, 9 and 31 of `stat` are the state, flags (4: it is exiting) and pending signals (256: SIGKILL, which the
 * kernel adds for every signal that ends a process). Between the two, for some microseconds, only field 52 tells, on
 * newer kernels: the exit code, which is 0 while a process runs.
 */
function stateOf(pid: number): 'able' | 'stopped' | 'ending' {
  const stat = readProc(pid, 'stat', true)
  // It could not be read: the process is gone, or there is no descriptor left, or no `/proc` here.
  if (!stat) return exists(pid) ? 'able' : 'ending'
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 50)
  const [state, flags, pending] = [fields[0], Number(fields[6]), Number(fields[28])]
  if (state === 'Z' || state === 'X' || (flags & 4) !== 0 || (pending & 256) !== 0) return 'ending'
  if (state === 'T') return 'stopped'
  return Number(fields[49] ?? 0) === 0 ? 'able' : 'ending'
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** The mark in a process's environment; empty without one, `undefined` if the environment can't be read. */
export function markOf(pid: number): string | undefined {
  const text = readProc(pid, 'environ')
  if (text === undefined) return undefined
  // The search includes the NUL in front, because the name may also occur in the value of another variable.
  const environment = `\0${text}`
  const name = `\0${markName}=`
  const start = environment.indexOf(name)
  if (start < 0) return ''
  const from = start + name.length
  const end = environment.indexOf('\0', from)
  return environment.slice(from, end < 0 ? undefined : end)
}

/**
 * True if a process is just starting another program: for a moment it has neither arguments nor environment. A process
 * with an empty environment still has arguments.
 */
export function changesProgram(pid: number): boolean {
  return readProc(pid, 'environ') === '' && (readProc(pid, 'cmdline') === '' || readProc(pid, 'environ') !== '')
}

/** True if a process has one of these pipes open. @param inodes the pipes' inodes */
export function holds(pid: number, inodes: ReadonlySet<number>): boolean {
  return entriesOf(`/proc/${pid}/fd`).some((name) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`)
      return target.startsWith('pipe:[') && inodes.has(Number(target.slice(6, -1)))
    } catch {
      return false
    }
  })
}

const loadavg = Buffer.alloc(128)
let loadavgFd: number | undefined

/**
 * The process id that was given out most recently, threads included: the last field of `/proc/loadavg`. While it stays
 * the same, no process was started.
 */
export function lastPid(): number {
  try {
    loadavgFd ??= openSync('/proc/loadavg', 'r')
  } catch {
    // No file descriptor is left. NaN never equals the previous value.
    return Number.NaN
  }
  const text = loadavg.toString('latin1', 0, readSync(loadavgFd, loadavg, 0, loadavg.length, 0))
  return Number(text.slice(text.lastIndexOf(' ') + 1))
}

/** Returns no entries if the folder is gone or not readable, or if no descriptor is left. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Room for a usual environment; larger ones need a second read. */
let contents = Buffer.allocUnsafeSlow(16_384)

/** @param isLikely it probably exists */
function readProc(pid: number, file: string, isLikely = false): string | undefined {
  const path = `/proc/${pid}/${file}`
  // Most ids have no process any more, and an exception costs much more than this check.
  if (!isLikely && !existsSync(path)) return undefined
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    let size = 0
    for (;;) {
      const count = readSync(fd, contents, size, contents.length - size, null)
      size += count
      if (count === 0 || size < contents.length) return contents.toString('latin1', 0, size)
      contents = Buffer.concat([contents], 2 * contents.length)
    }
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
