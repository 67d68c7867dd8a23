import { existsSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { configuredDatabase } from '../configured-database.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { handlerRefs } from '../handler-refs.ts'

/** Files that exist and are named, but are not packed: handlers, and the database of the configuration. */
export const leftOut: Check = (examined) => {
  const { project, files } = examined
  const named = [
    ...handlerRefs(examined).flatMap(({ name, file }) =>
      file === undefined ? [] : [{ file, by: `the handler '${name}'` }],
    ),
    ...databaseOf(examined).map((file) => ({ file, by: 'plugins.sql.options.database' })),
  ]
  return named.flatMap(({ file, by }): Finding[] => {
    const path = relative(project.root, file)
    const reason = files.tree.has(path) ? undefined : reasonFor(path, examined)
    if (reason === undefined) return []
    return [
      {
        severity: 'error',
        file: path,
        fault: `is left out of the function (${reason}), and ${by} names it`,
        cure: `include it with a line !${path} in .anyhandlerignore`,
      },
    ]
  })
}

/** The class of the path, or of the folder that it lies in. */
function reasonFor(path: string, { files }: Examined): string | undefined {
  const found = [...files.leftOut].find(([, paths]) =>
    paths.some((left) => left === path || path.startsWith(`${left}/`)),
  )
  return found?.[0]
}

function databaseOf(examined: Examined): readonly string[] {
  const name = configuredDatabase(examined)
  const path = name === undefined ? undefined : resolve(examined.project.root, name)
  return path !== undefined && existsSync(path) ? [realpathSync(path)] : []
}
