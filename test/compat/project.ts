import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../../.cache/compat/', import.meta.url))
const cases = fileURLToPath(new URL('cases/', import.meta.url))

/** Where the packages of a line of packages.txt lie. */
export function packagesOf(name: string): string {
  return cache + name
}

export function isFetched(name: string): boolean {
  return existsSync(packagesOf(name))
}

/**
 * A task root with a case's files and its packages beside them, as `pip install --target` leaves them.
 * @param packages the line of packages.txt; none = the function brings none
 * @param copy real folders in place of links: a handler may lie in one of them
 */
export async function withProject<Result>(
  name: string,
  { packages, copy = false }: { readonly packages?: string; readonly copy?: boolean },
  work: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'anyhandler-compat-'))
  try {
    cpSync(cases + name, root, { recursive: true })
    for (const entry of packages === undefined ? [] : readdirSync(packagesOf(packages))) {
      const [from, to] = [join(packagesOf(packages as string), entry), join(root, entry)]
      if (copy) cpSync(from, to, { recursive: true })
      else symlinkSync(from, to)
    }
    return await work(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}
