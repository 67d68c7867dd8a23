import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { configuredDatabase } from '../configured-database.ts'
import { languageOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

/**
 * SQL that can't be read, and a configured database that is none: said by the plugin's own eyes, and as the host would
 * say it at the start.
 */
export const sqlFiles: Check = async (examined) => {
  const files = examined.files.tree.files().filter(({ path }) => languageOf(path, examined)?.name === 'sql')
  const database = databaseOf(examined)
  if (files.length === 0 && database === undefined) return []
  const { databaseFault, textFault } = await import('@anyhandler/sql/inspect')
  const findings: Finding[] = files.flatMap((file) => {
    const fault = textFault(file.read())
    if (!fault) return []
    const { problem, cure, line, column } = fault
    return [{ severity: 'error', file: `${file.path}:${line}:${column}`, fault: problem, cure }]
  })
  if (database === undefined) return findings
  const fault = databaseFault(database.file, true)
  if (fault) findings.push({ severity: 'error', file: database.path, fault: fault.problem, cure: fault.cure })
  return findings
}

/** The database of the configuration, if it lies in the folder and is there. */
function databaseOf(examined: Examined): { file: string; path: string } | undefined {
  const { root } = examined.project
  const name = configuredDatabase(examined)
  if (name === undefined) return undefined
  const given = resolve(root, name)
  if (!existsSync(given)) return undefined
  const file = realpathSync(given)
  const path = relative(realpathSync(root), file)
  return path.startsWith('..') || isAbsolute(path) ? undefined : { file, path }
}
