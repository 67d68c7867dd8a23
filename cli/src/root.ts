import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from './command.ts'

/** The absolute path of the handlers' folder, symlinks resolved. @throws UsageError when there is none */
export function openRoot(folder = '.'): string {
  try {
    const root = realpathSync(resolve(folder))
    if (statSync(root).isDirectory()) return root
  } catch {
    // Said below.
  }
  throw new UsageError(`--root ${folder} is not a folder`)
}
