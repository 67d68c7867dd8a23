import { existsSync } from 'node:fs'
import type { Territory } from './belonging.ts'

/** The folder of extensions that Lambda starts beside the runtime. */
const extensions = '/opt/extensions'

/**
 * Decides which orphans count as a handler's without other evidence.
 *
 * On classic Lambda only the function starts processes: the host's parent is process 1 (unless a wrapper runs in
 * between), and all extensions lie in one folder. With several events at a time, an orphan may belong to an event that
 * still runs. Locally, and as root, it may belong to any program.
 * @param shared several events at a time
 */
export function orphansClaimed(local: boolean, shared: boolean): Territory['claimsOrphans'] {
  if (local || process.getuid?.() === 0) return 'none'
  return !shared && process.ppid === 1 && !existsSync(extensions) ? 'all' : 'unreadable'
}
