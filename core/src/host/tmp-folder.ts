import { mkdtempSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { HostError, messageOf } from '../errors.ts'
import { removeFolder } from '../private-folder.ts'
import { quote } from '../wording.ts'

/**
 * Makes the host's private folder in the temporary folder, the only place on Lambda that a function can write to.
 *
 * A killed host can't remove its folder, and Lambda keeps `/tmp` for the next process. So this function removes the
 * folders of dead hosts. Folder names contain the process id and its process namespace.
 *
 * @param parent `TMPDIR`
 * @throws HostError `Runtime.InvalidEnvironment` when no folder can be made
 */
export function openTmpFolder(parent: string): string {
  const prefix = `anyhandler-${processNamespace()}-`
  if (/[\0-\u001f\u007f]/.test(parent)) {
    throw new HostError('Runtime.InvalidEnvironment', {
      problem: `TMPDIR is ${quote(parent)}, a path with a control character`,
      cure: 'name another folder',
    })
  }
  try {
    const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
    removeLeftOvers(parent, prefix, folder)
    return folder
  } catch (error) {
    throw new HostError('Runtime.InvalidEnvironment', {
      problem: `no folder can be made in ${parent}: ${messageOf(error)}`,
      cure: 'name a writable folder in TMPDIR',
      cause: error,
    })
  }
}

function removeLeftOvers(parent: string, prefix: string, own: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || join(parent, name) === own) continue
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    // If it has this process's own id, this process replaced the one that made the folder.
    if (!(pid > 0) || (pid !== process.pid && isAlive(pid))) continue
    try {
      removeFolder(join(parent, name))
    } catch {
      // The folder belongs to another user and stays.
    }
  }
}

/** `4026531836` of `pid:[4026531836]`; without /proc there is only one namespace. */
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
