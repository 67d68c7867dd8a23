/**
 * Node's resolution of `exports` in `package.json`, for an import from a folder that is not this file's own. Node offers that only
 * behind a flag (`import.meta.resolve` with a parent), or as `require.resolve`, which doesn't see what is exported for `import` alone.
 */

/** Conditions given on the command line count as they do for Node's own imports: `--conditions=source`, `-C source`. */
const conditions: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default', ...givenConditions(process.execArgv)])

/**
 * @param exports the value of `exports`
 * @param subpath `.`, or `./more` of `package/more`
 * @returns the path relative to the package's folder; undefined when nothing is exported there
 */
export function importTarget(exports: unknown, subpath: string): string | undefined {
  if (!hasSubpaths(exports)) return subpath === '.' ? pick(exports) : undefined
  if (Object.hasOwn(exports, subpath) && !subpath.includes('*')) return pick(exports[subpath])
  let longest = ''
  let found: string | undefined
  for (const [pattern, value] of Object.entries(exports)) {
    const [before, after, ...more] = pattern.split('*')
    if (before === undefined || after === undefined || more.length > 0 || before.length < longest.length) continue
    if (!subpath.startsWith(before) || !subpath.endsWith(after) || subpath.length <= before.length + after.length) continue
    longest = before
    found = pick(value)?.replaceAll('*', subpath.slice(before.length, subpath.length - after.length))
  }
  return found
}

function hasSubpaths(exports: unknown): exports is Readonly<Record<string, unknown>> {
  return typeof exports === 'object' && exports !== null && !Array.isArray(exports) && Object.keys(exports).some((key) => key.startsWith('.'))
}

/** The first condition that holds and leads somewhere; of a list the first that does. */
function pick(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  const choices: unknown[] = Array.isArray(value) ? value : Object.entries(value).flatMap(([name, choice]) => (conditions.has(name) ? [choice] : []))
  for (const choice of choices) {
    const target = pick(choice)
    if (target !== undefined) return target
  }
  return undefined
}

function givenConditions(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((argument, index) => {
    if (argument === '-C' || argument === '--conditions') return execArgv[index + 1] ?? []
    return /^(?:--conditions|-C)=(?<name>.+)$/.exec(argument)?.groups?.name ?? []
  })
}
