import { holds, markOf, processOf } from './proc.ts'
import type { Process } from './proc.ts'

/** What tells a lane's processes from all others. docs/decisions/leftovers.md has the table of what is kept and what is ended. */
export interface Territory {
  /** How the marks of all that the lane starts begin. */
  readonly prefix: string
  /** The session that the driver's process leads. */
  readonly session: number
  /** Process id of the driver: that of its session, unless a wrapper stands between. */
  readonly driver: number
  /** What has an id up to this one was started before the first event. */
  readonly baseline: number
  /** The mark of the event that is under way. */
  readonly running: string | undefined
  /** Live children of the driver, and theirs, stay while they share its session: a Python module's pools and helpers. */
  readonly keepsChildren: boolean
  /** The driver has forked a process for the next event: its youngest child. */
  readonly forksAhead: boolean
  /** Inodes of the lane's pipes. */
  readonly pipes: ReadonlySet<number>
  /** A process that this user may not look into, and whose parent has ended, is taken for a handler's. */
  readonly claimsUnreadable: boolean
  /** The lane ends: nothing of it is kept. */
  readonly everything: boolean
  /** Processes that were found to be foreign, so that each is looked at once. */
  readonly foreign: Set<number>
}

export type Belonging =
  /** Nothing leads from it to the lane. */
  | 'foreign'
  /** The driver, what was started with it, what the running event uses, what the language keeps. */
  | 'kept'
  /** An event that is over has left it behind. */
  | 'left'

/**
 * Whose a process is.
 * @param wrapped process ids have come round since the baseline: a small one can be new
 */
export function belongingOf(process: Process, territory: Territory, wrapped: boolean): Belonging {
  const { pid, parent, session } = process
  const { driver, prefix, running, baseline } = territory
  if (territory.foreign.has(pid)) return 'foreign'
  const mark = markOf(pid)
  if (territory.everything) return mark?.startsWith(prefix) || session === territory.session ? 'left' : 'foreign'
  if (pid === driver || pid === territory.session) return 'kept'
  if (mark?.startsWith(prefix)) {
    if (mark === running) return 'kept'
    if (mark === `${prefix}init` && (wrapped || pid <= baseline)) return 'kept'
  } else if (!wrapped && pid <= baseline) {
    return 'foreign'
  } else if (session !== territory.session && parent !== driver && !holds(pid, territory.pipes)) {
    const isClaimed = mark === undefined && territory.claimsUnreadable && isOrphan(process)
    return isClaimed ? 'left' : 'foreign'
  }
  return staysWithDriver(process, territory) ? 'kept' : 'left'
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
