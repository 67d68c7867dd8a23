import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * The absolute path of the handlers' folder, without symlinks.
 * @param name its name on the command line
 * @throws UsageError for a missing folder
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
