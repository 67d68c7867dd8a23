import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SqlFailure } from '../script/failure.ts'
import { displayName } from '../script/script.ts'

/**
 * The migrations of a folder by their names, in order: `*.sql`, and `NAME/migration.sql` as in Prisma and drizzle.
 * Files that undo one (`*.down.sql`) don't count.
 * @throws SqlFailure when it is no folder or can't be read.
 */
export function migrationFiles(folder: string, taskRoot: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) =>
        entry.isDirectory() && holdsMigration(folder, entry.name) ? `${entry.name}/migration.sql` : entry.name,
      )
      .filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql'))
      .toSorted(inOrder)
  } catch (error) {
    const name = displayName(folder, taskRoot)
    const { code, message } = error as NodeJS.ErrnoException
    const [problem, cure] =
      code === 'ENOTDIR'
        ? ['is a file, but must be a folder of .sql files', `move it into a folder, or set ${option} to false`]
        : [`can't be read: ${message}`, 'run chmod 755 on it before it is packed']
    throw new SqlFailure('Runtime.InvalidConfiguration', `${name} ${problem}; ${cure}`, [], error)
  }
}

const option = 'plugins.sql.options.migrations'

function holdsMigration(folder: string, name: string): boolean {
  return !name.endsWith('.sql') && existsSync(join(folder, name, 'migration.sql'))
}

/** Numbers and versions are compared as such: `V1__a` < `V1.7__b` < `V2__c` < `V10__d`. */
function inOrder(left: string, right: string): number {
  const theirs = parts(right)
  for (const [index, part] of parts(left).entries()) {
    const difference = compare(part, theirs[index] ?? '')
    if (difference !== 0) return difference
  }
  return left < right ? -1 : 1
}

function parts(name: string): string[] {
  return name.match(/\d+(?:\.\d+)*|\D+/g) ?? []
}

function compare(left: string, right: string): number {
  if (!/^\d/.test(left) || !/^\d/.test(right)) return left === right ? 0 : left < right ? -1 : 1
  const theirs = right.split('.')
  for (const [index, number] of left.split('.').entries()) {
    const difference = BigInt(number) - BigInt(theirs[index] ?? -1)
    if (difference !== 0n) return difference < 0n ? -1 : 1
  }
  return left.split('.').length - theirs.length
}
