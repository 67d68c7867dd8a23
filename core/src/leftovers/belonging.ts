import { changesProgram, holds, markOf, processOf } from './proc.ts'
import type { Process } from './proc.ts'
import type { Looked } from './looked.ts'

/**
 * The facts by which a lane's processes are recognised. docs/decisions/leftovers.md has the table of kept and ended
 * processes.
 */
export interface Territory {
  /** The common beginning of the marks of all processes that the lane starts. */
  readonly prefix: string
  /** The session that the driver's process leads. */
  readonly session: number
  /** Process id of the driver: the leader of its session, unless a wrapper runs in between. */
  readonly driver: number
  /** The mark of the running event. */
  readonly running: string | undefined
  /** The last process id before that event began. 0 if ids have wrapped around since. */
  readonly begun: number
  /**
   * Running children of the driver, and their children, stay while they share its session: pools and helpers of a
   * Python module.
   */
  readonly keepsChildren: boolean
  /** The driver's process has other lanes, too: nothing but marks tells whose a process is. */
  readonly sharesDriver: boolean
  /** The driver has forked a process for the next event: its youngest child. */
  readonly forksAhead: boolean
  /** Inodes of the lane's pipes. */
  readonly pipes: ReadonlySet<number>
  /**
   * Which new orphans count as the handler's without other evidence: all, or only those that this user may not inspect.
   */
  readonly claimsOrphans: 'all' | 'unreadable' | 'none'
  /** True if the lane ends: none of its processes is kept. */
  readonly everything: boolean
  /** The processes that have been checked already. */
  readonly looked: Looked
}

export type Belonging =
  /** No fact links it to the lane. */
  | 'foreign'
  /** The driver, processes of its start, processes of the running event, and processes that the language keeps. */
  | 'kept'
  /** A leftover of an event that has ended. */
  | 'left'

/** Decides to whom a process belongs. */
export function belongingOf(process: Process, territory: Territory): Belonging {
  const { pid, parent, session } = process
  const { driver, prefix, running } = territory
  const isNew = territory.looked.isNew(pid)
  if (territory.everything) {
    if (territory.sharesDriver) return markOf(pid)?.startsWith(prefix) ? 'left' : 'foreign'
    const isOurs = session === territory.session || markOf(pid)?.startsWith(prefix)
    return isOurs || (isNew && holds(pid, territory.pipes)) ? 'left' : 'foreign'
  }
  // A process can't enter an existing session, so every process of a session from before the first event belongs to
  // another program.
  if (session !== territory.session && !territory.looked.isNew(session)) return 'foreign'
  if (pid === driver || pid === territory.session || staysWithDriver(process, territory)) return 'kept'
  const mark = markOf(pid)
  if (mark?.startsWith(prefix)) {
    const isUnnumbered = mark === `${prefix}init`
    if (mark === running || (isUnnumbered && (territory.looked.isOfStart(pid) || mayBeRunning(pid, territory))))
      return 'kept'
    return 'left'
  }
  if (!isNew) return 'foreign'
  const isChanging = mark === '' && changesProgram(pid)
  // A child may be on its way to the program that is started with a lane's mark.
  if (territory.sharesDriver) return isChanging || parent === driver ? 'kept' : 'foreign'
  const isOurs =
    session === territory.session ||
    parent === driver ||
    holds(pid, territory.pipes) ||
    isClaimed(process, mark, territory)
  if (isOurs) return mayBeRunning(pid, territory) ? 'kept' : 'left'
  return isChanging ? 'kept' : 'foreign'
}

/**
 * True if it was started since the running event began. This is the only evidence without an event's mark: a subshell
 * has the environment of the driver that it was forked from, a program may have an empty environment, and a starting
 * program has none yet.
 */
function mayBeRunning(pid: number, { running, begun }: Territory): boolean {
  return running !== undefined && pid > begun
}

/** A child of the driver that is meant to live between events. */
function staysWithDriver(process: Process, { session, driver, keepsChildren, forksAhead }: Territory): boolean {
  if (process.session !== session) return false
  if (!keepsChildren) return forksAhead && process.parent === driver
  for (let one: Process | undefined = process; one && one.pid > 1; one = processOf(one.parent)) {
    if (one.parent === driver) return true
  }
  return false
}

/** The only evidence is that it is new and that its parent has ended. */
function isClaimed(process: Process, mark: string | undefined, { claimsOrphans, looked }: Territory): boolean {
  if (claimsOrphans === 'all') return looked.isSurelyNew(process.pid) && isOrphan(process)
  return claimsOrphans === 'unreadable' && mark === undefined && isOrphan(process)
}

let ancestors: ReadonlySet<number> | undefined

/** Its parent has ended, so one of the host's own ancestors is its parent now. */
function isOrphan({ parent }: Process): boolean {
  ancestors ??= ancestorsOf(process.ppid)
  return ancestors.has(parent)
}

function ancestorsOf(pid: number): ReadonlySet<number> {
  const found = new Set([0, 1])
  for (let one = processOf(pid); one && !found.has(one.pid); one = processOf(one.parent)) found.add(one.pid)
  return found
}
