import { readdirSync, readFileSync } from 'node:fs'

/** A process that belongs to the host under test. */
export interface Living {
  readonly pid: number
  /** Its command line, for messages. */
  readonly command: string
}

interface Stat {
  readonly pid: number
  readonly state: string
  readonly parent: number
  readonly session: number
  /** The time of its start in clock ticks since boot. Pid and start together are unique. */
  readonly started: string
}

/** The host starts one watcher for each process; it ends with the watched process. */
const watcher = '\0anyhandler-watcher\0'

/**
 * The processes that a host and its plugin have started, even detached ones. They are the descendants of the host's
 * process, the processes with the host's variable, and all processes that share or shared a session with one of these.
 * Needs `/proc`.
 */
export class Census {
  readonly #root: number
  readonly #mark: string
  readonly #before: ReadonlySet<string>
  readonly #sessions = new Set<number>()

  /**
   * @param root the host's process; its present children don't count
   * @param mark `NAME=value`, a variable that the host gives to all its processes
   */
  constructor(root: number, mark: string) {
    this.#root = root
    this.#mark = mark
    this.#before = new Set(allProcesses().map(identity))
  }

  living(): readonly Living[] {
    const all = allProcesses()
    const byPid = new Map(all.map((stat) => [stat.pid, stat]))
    const own = all.filter((stat) => this.#belongs(stat, byPid))
    for (const { session, pid } of own) if (session === pid) this.#sessions.add(session)
    return own
      .map(({ pid }) => ({ pid, command: commandOf(pid) }))
      .filter(({ command }) => command !== '' && !command.includes(watcher))
  }

  /** Ends remaining processes, so that a failed case harms no other. */
  killAll(): void {
    for (const { pid } of this.living()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
  }

  #belongs(stat: Stat, byPid: ReadonlyMap<number, Stat>): boolean {
    if (stat.pid === this.#root || this.#before.has(identity(stat)) || stat.state === 'Z' || stat.state === 'X')
      return false
    return (
      this.#sessions.has(stat.session) ||
      descends(stat, this.#root, byPid) ||
      read(stat.pid, 'environ').includes(this.#mark)
    )
  }
}

/** For messages: `bash (pid 12), sleep 1000 (pid 13)`. */
export function describe(living: readonly Living[]): string {
  return living
    .map(
      ({ pid, command }) =>
        `'${command
          .replaceAll(/[\0\s]+/g, ' ')
          .trim()
          .slice(0, 80)}' (pid ${pid})`,
    )
    .join(', ')
}

/** True if a process runs and is no zombie. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X'
}

/** The number of open descriptors of a process. */
export function countDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

/** The number of threads of a process. */
export function countThreads(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length
  } catch {
    return 0
  }
}

/** Memory of a process. In bytes. */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(?<size>\d+) kB$/m.exec(read(pid, 'status'))?.groups?.size
  return Number(kibibytes ?? 0) * 1024
}

/** True if a thread of the process runs or is ready to run, even if a busy machine gives it little CPU time. */
export function isBusy(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => afterName(read(pid, `task/${thread}/stat`))[0] === 'R')
  } catch {
    return false
  }
}

function descends(stat: Stat, root: number, byPid: ReadonlyMap<number, Stat>): boolean {
  for (let at: Stat | undefined = stat; at && at.pid > 1; at = byPid.get(at.parent)) if (at.parent === root) return true
  return false
}

function allProcesses(): Stat[] {
  const all: Stat[] = []
  for (const entry of readdirSync('/proc')) {
    const stat = Number(entry) > 0 ? statOf(Number(entry)) : undefined
    if (stat) all.push(stat)
  }
  return all
}

function statOf(pid: number): Stat | undefined {
  const fields = afterName(read(pid, 'stat'))
  if (fields.length < 20) return undefined
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    started: fields[19] ?? '',
  }
}

/** The fields of `/proc/PID/stat` from the state on. The name before them may contain any character. */
function afterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function identity({ pid, started }: Stat): string {
  return `${pid}@${started}`
}

function commandOf(pid: number): string {
  return read(pid, 'cmdline') || read(pid, 'comm')
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return ''
  }
}
