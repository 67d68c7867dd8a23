/**
 * Node's resolution of `exports` in `package.json`, for an import from a folder that is not this file's own. Node
 * offers this only behind a flag (`import.meta.resolve` with a parent), or as `require.resolve`, which ignores exports
 * for `import` only.
 */

/**
 * @param exports the value of `exports`
 * @param subpath `.`, or `./more` of `package/more`
 * @returns the path relative to the package's folder; undefined when the subpath is not exported
 */
export function importTarget(exports: unknown, subpath: string): string | undefined {
  if (!hasSubpaths(exports)) return subpath === '.' ? pick(exports) : undefined
  if (Object.hasOwn(exports, subpath) && !subpath.includes('*')) return pick(exports[subpath])
  const patterns = Object.keys(exports).flatMap((pattern) => {
    const [before, after, ...more] = pattern.split('*')
    const fits = before !== undefined && after !== undefined && more.length === 0 && subpath.length >= pattern.length
    return fits && subpath.startsWith(before) && subpath.endsWith(after) ? [{ pattern, before, after }] : []
  })
  patterns.sort((one, other) => other.before.length - one.before.length || other.pattern.length - one.pattern.length)
  const [best] = patterns
  return (
    best &&
    pick(exports[best.pattern])?.replaceAll('*', subpath.slice(best.before.length, subpath.length - best.after.length))
  )
}

function hasSubpaths(exports: unknown): exports is Readonly<Record<string, unknown>> {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    !Array.isArray(exports) &&
    Object.keys(exports).some((key) => key.startsWith('.'))
  )
}

/**
 * The first matching condition with a result decides; `null` means that the path is not exported. In a list the first
 * path counts.
 */
function pick(value: unknown): string | undefined {
  return resolveTarget(value) ?? undefined
}

function resolveTarget(value: unknown): string | null | undefined {
  if (typeof value === 'string' || value === null) return value
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) return value.map(resolveTarget).find((target) => typeof target === 'string')
  const conditions = ['node', 'import', 'module-sync', 'default', ...givenConditions(process.execArgv)]
  for (const [name, choice] of Object.entries(value)) {
    const target = conditions.includes(name) ? resolveTarget(choice) : undefined
    if (target !== undefined) return target
  }
  return undefined
}

/** Conditions from the command line apply, as for Node's own imports: `--conditions=source`, `-C source`. */
function givenConditions(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((argument, index) => {
    if (argument === '-C' || argument === '--conditions') return execArgv[index + 1] ?? []
    return /^(?:--conditions|-C)=(?<name>.+)$/.exec(argument)?.groups?.name ?? []
  })
}
