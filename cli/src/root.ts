import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * The absolute path of the handlers' folder, symlinks resolved.
 * @param name what the command line calls it
 * @throws UsageError when there is none
 */
export function openRoot(folder = '.', name = '--root'): string {
  try {
    const root = realpathSync(resolve(folder))
    if (statSync(root).isDirectory()) return root
  } catch {
    // Said below.
  }
  throw new UsageError(`${name} ${folder} is not a folder`)
}
