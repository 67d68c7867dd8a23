import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HostError, messageOf } from '../errors.ts'

/**
 * Makes the host's private folder in the temporary folder, the only one that Lambda lets a function write to.
 *
 * A host that was killed could not remove its own, and Lambda keeps `/tmp` for the process that it starts next: what such hosts left is removed here. Their
 * process ids, which count within a process namespace, are in the folders' names.
 *
 * @param parent `TMPDIR`
 * @throws HostError `Runtime.InvalidEnvironment` when none can be made
 */
export function openTmpFolder(parent: string): string {
  const prefix = `anyhandler-${processNamespace()}-`
  try {
    const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
    removeLeftOvers(parent, prefix)
    return folder
  } catch (error) {
    throw new HostError('Runtime.InvalidEnvironment', {
      problem: `no folder can be made in ${parent}: ${messageOf(error)}`,
      cure: 'name a writable folder in TMPDIR',
      cause: error,
    })
  }
}

function removeLeftOvers(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if (!(pid > 0) || isAlive(pid)) continue
    try {
      rmSync(join(parent, name), { recursive: true, force: true })
    } catch {
      // Another user's: not ours to remove.
    }
  }
}

/** `4026531836` of `pid:[4026531836]`; without /proc there is one namespace only. */
function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
