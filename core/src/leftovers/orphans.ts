import { existsSync } from 'node:fs'
import type { Territory } from './belonging.ts'

/** Where Lambda finds the extensions that it starts beside the runtime. */
const extensions = '/opt/extensions'

/**
 * Which orphans are a handler's, though nothing else tells.
 *
 * On classic Lambda nobody but the function starts processes: the host's parent is process 1, unless a wrapper stands between, and what extensions are
 * there lie in one folder. With several events at a time, an orphan may be that of an event that still runs. Locally, and as root, it may be anybody's.
 * @param shared several events at a time
 */
export function orphansClaimed(local: boolean, shared: boolean): Territory['claimsOrphans'] {
  if (local || process.getuid?.() === 0) return 'none'
  return !shared && process.ppid === 1 && !existsSync(extensions) ? 'all' : 'unreadable'
}
