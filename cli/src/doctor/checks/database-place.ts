import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Check } from '../examined.ts'

/** Folders outside of the function that it can have: its layers', and a mounted file system's. */
const mounted = /^\/(?:mnt|opt)\//

/** A configured database in a folder that no function has: SQL opens it at the start, and makes no folders. */
export const databasePlace: Check = ({ project: { config }, languages }) => {
  if (!languages.some(({ name }) => name === 'sql')) return []
  const plugin = config.plugins['sql']
  const options = plugin ? (plugin.options as { readonly database?: unknown } | undefined) : undefined
  const database = options?.database
  if (typeof database !== 'string') return []
  const folder = dirname(database)
  const key = 'plugins.sql.options.database'
  if (database.startsWith('/tmp/') && folder !== '/tmp')
    return [
      {
        // A script may take the path from a variable, which has another value on Lambda: here the folder then exists.
        severity: existsSync(folder) ? 'warning' : 'error',
        file: '.',
        fault: `${key} is ${database}, but on Lambda /tmp is empty at the start and has no folder ${folder}`,
        cure: `name a file directly in /tmp: /tmp/${database.split('/').at(-1)}`,
      },
    ]
  const isElsewhere = database.startsWith('/') && folder !== '/tmp' && !database.startsWith('/var/task/')
  if (!isElsewhere || mounted.test(database)) return []
  return [
    {
      severity: 'warning',
      file: '.',
      fault: `${key} is ${database}, and a function may have no folder ${folder}`,
      cure: 'name a file in the folder, in /tmp, or in a mounted file system below /mnt',
    },
  ]
}
