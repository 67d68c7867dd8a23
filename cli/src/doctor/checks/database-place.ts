import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { configuredDatabase } from '../configured-database.ts'
import type { Check } from '../examined.ts'

const taskRoot = '/var/task/'

/** Folders outside of the function that it can have: its layers', and a mounted file system's. */
const mounted = /^\/(?:mnt|opt)\//

/** A configured database in a folder that no function has: SQL opens it at the start, and makes no folders. */
export const databasePlace: Check = (examined) => {
  const database = configuredDatabase(examined)
  if (database === undefined) return []
  const path = resolve('/var/task', database)
  const folder = dirname(path)
  const key = 'plugins.sql.options.database'
  if (path === '/tmp')
    return [
      {
        severity: 'error',
        file: '.',
        fault: `${key} is ${database}, a folder`,
        cure: 'name a file in it: /tmp/app.db',
      },
    ]
  if (path.startsWith('/tmp/') && folder !== '/tmp')
    return [
      {
        // A script may take the path from a variable, which has another value on Lambda: here the folder then exists.
        severity: existsSync(folder) ? 'warning' : 'error',
        file: '.',
        fault: `${key} is ${database}, but on Lambda /tmp is empty at the start and has no folder ${folder}`,
        cure: `name a file directly in /tmp: /tmp/${basename(path)}`,
      },
    ]
  // The SQL plugin itself looks for a relative path; an absolute one means nothing on this machine.
  if (isAbsolute(database) && path.startsWith(taskRoot)) {
    const inFolder = path.slice(taskRoot.length)
    if (examined.packed.has(inFolder)) return []
    return [
      {
        severity: 'error',
        file: '.',
        fault: `${key} is ${database}, and the function has no file ${inFolder}`,
        cure: `put the database there, or name a file in /tmp: /tmp/${basename(path)}`,
      },
    ]
  }
  if (folder === '/tmp' || path.startsWith(taskRoot) || mounted.test(path)) return []
  return [
    {
      severity: 'warning',
      file: '.',
      fault: `${key} is ${database}${isAbsolute(database) ? '' : `, on Lambda ${path}`}, and a function may have no folder ${folder}`,
      cure: 'name a file in the folder, in /tmp, or in a mounted file system below /mnt',
    },
  ]
}
