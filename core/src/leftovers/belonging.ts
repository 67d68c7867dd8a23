import { changesProgram, holds, markOf, processOf } from './proc.ts'
import type { Process } from './proc.ts'
import type { Looked } from './looked.ts'

/** What tells a lane's processes from all others. docs/decisions/leftovers.md has the table of what is kept and what is ended. */
export interface Territory {
  /** How the marks of all that the lane starts begin. */
  readonly prefix: string
  /** The session that the driver's process leads. */
  readonly session: number
  /** Process id of the driver: that of its session, unless a wrapper stands between. */
  readonly driver: number
  /** The mark of the event that is under way. */
  readonly running: string | undefined
  /** The process id that was given out last before that event began. 0 when ids have come round since. */
  readonly begun: number
  /** Live children of the driver, and theirs, stay while they share its session: a Python module's pools and helpers. */
  readonly keepsChildren: boolean
  /** The driver's process has other lanes, too: nothing but marks tells whose a process is. */
  readonly sharesDriver: boolean
  /** The driver has forked a process for the next event: its youngest child. */
  readonly forksAhead: boolean
  /** Inodes of the lane's pipes. */
  readonly pipes: ReadonlySet<number>
  /** Which new processes are a handler's when their parent has ended and nothing else tells: all, or those that this user may not look into. */
  readonly claimsOrphans: 'all' | 'unreadable' | 'none'
  /** The lane ends: nothing of it is kept. */
  readonly everything: boolean
  /** What has been looked at. */
  readonly looked: Looked
}

export type Belonging =
  /** Nothing leads from it to the lane. */
  | 'foreign'
  /** The driver, what was started with it, what the running event uses, what the language keeps. */
  | 'kept'
  /** An event that is over has left it behind. */
  | 'left'

/** Whose a process is. */
export function belongingOf(process: Process, territory: Territory): Belonging {
  const { pid, parent, session } = process
  const { driver, prefix, running } = territory
  const isNew = territory.looked.isNew(pid)
  if (territory.everything) {
    if (territory.sharesDriver) return markOf(pid)?.startsWith(prefix) ? 'left' : 'foreign'
    const isOurs = session === territory.session || markOf(pid)?.startsWith(prefix)
    return isOurs || (isNew && holds(pid, territory.pipes)) ? 'left' : 'foreign'
  }
  // Nobody can enter a session: one from before the first event is somebody else's, with all that is in it.
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
 * Whether it was started since the running event began. Without an event's mark that is all that tells: a subshell has the
 * environment of the driver that it was forked from, a program may have been started with an empty one, and one that is
 * being started has none yet.
 */
function mayBeRunning(pid: number, { running, begun }: Territory): boolean {
  return running !== undefined && pid > begun
}

/** A child of the driver's that is meant to be there between events. */
function staysWithDriver(process: Process, { session, driver, keepsChildren, forksAhead }: Territory): boolean {
  if (process.session !== session) return false
  if (!keepsChildren) return forksAhead && process.parent === driver
  for (let one: Process | undefined = process; one && one.pid > 1; one = processOf(one.parent)) {
    if (one.parent === driver) return true
  }
  return false
}

/** Nothing tells whose it is but that it is new, and that its parent has ended. */
function isClaimed(process: Process, mark: string | undefined, { claimsOrphans, looked }: Territory): boolean {
  if (claimsOrphans === 'all') return looked.isSurelyNew(process.pid) && isOrphan(process)
  return claimsOrphans === 'unreadable' && mark === undefined && isOrphan(process)
}

let ancestors: ReadonlySet<number> | undefined

/** Its parent has ended, and one of the host's own ancestors has taken the parent's place. */
function isOrphan({ parent }: Process): boolean {
  ancestors ??= ancestorsOf(process.ppid)
  return ancestors.has(parent)
}

function ancestorsOf(pid: number): ReadonlySet<number> {
  const found = new Set([0, 1])
  for (let one = processOf(pid); one && !found.has(one.pid); one = processOf(one.parent)) found.add(one.pid)
  return found
}
