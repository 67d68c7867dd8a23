import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { markName } from '../mark.ts'

/** What `/proc` says of a process that has not ended. */
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
 * `undefined` for a process that has ended, waited for or not, and for a thread: `/proc` doesn't list them, but has them.
 * Fields 3, 4, 6 and 38 of `stat`, behind the name, which may hold anything. The last one is -1 for a thread.
 */
export function processOf(pid: number): Process | undefined {
  const stat = readProc(pid, 'stat')
  if (!stat) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 36)
  const [state, parent, , session] = fields
  if (state === 'Z' || state === 'X' || fields[35] === '-1') return undefined
  return { pid, parent: Number(parent), session: Number(session) }
}

/** The mark in a process's environment; empty without one, `undefined` if the environment can't be read. */
export function markOf(pid: number): string | undefined {
  const text = readProc(pid, 'environ')
  if (text === undefined) return undefined
  // With the NUL in front: the name may also stand in the text of another variable.
  const environment = `\0${text}`
  const name = `\0${markName}=`
  const start = environment.indexOf(name)
  if (start < 0) return ''
  const from = start + name.length
  const end = environment.indexOf('\0', from)
  return environment.slice(from, end < 0 ? undefined : end)
}

/** Whether a process is between two programs: for a moment it has neither arguments nor environment. One that was started with an empty environment has arguments. */
export function changesProgram(pid: number): boolean {
  return readProc(pid, 'environ') === '' && (readProc(pid, 'cmdline') === '' || readProc(pid, 'environ') !== '')
}

/** Whether a process has one of these pipes open. @param inodes theirs */
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
 * The process id that was given out most recently, threads included: the last field of `/proc/loadavg`. As long as it
 * stays the same, no process was started.
 */
export function lastPid(): number {
  try {
    loadavgFd ??= openSync('/proc/loadavg', 'r')
  } catch {
    // No descriptor is left. Not a number: it is never the same as before.
    return Number.NaN
  }
  const text = loadavg.toString('latin1', 0, readSync(loadavgFd, loadavg, 0, loadavg.length, 0))
  return Number(text.slice(text.lastIndexOf(' ') + 1))
}

/** None for a folder that is gone, that is somebody else's, or when no descriptor is left. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Room for what is usual; an environment can be larger. */
let contents = Buffer.allocUnsafeSlow(16_384)

function readProc(pid: number, file: string): string | undefined {
  const path = `/proc/${pid}/${file}`
  // Most ids that are asked for have no process any more, and an error takes much longer to make than this.
  if (!existsSync(path)) return undefined
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
