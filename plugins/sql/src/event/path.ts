import { RuleError } from '../rule-error.ts'

/** One step into a JSON document. */
export interface Step {
  /** A key of an object. */
  readonly key?: string
  /** An index of an array. */
  readonly index?: number
  /** An index counted from the array's end: 1 is the last element. */
  readonly fromEnd?: number
}

/**
 * Limit of cached paths. The handler's text contains only a few; a file that builds them from data must not fill the
 * memory.
 */
const keep = 1000
const known = new Map<string, readonly Step[]>()

/**
 * Reads `user.name`, `items.0.id` (a number is a key or an index, whichever the document has; `\.` is a dot in a key)
 * and SQLite's own `$.items[0].id`, `$.items[#-1]`, `$."a.b"`. The empty path and `$` are the document.
 * @throws RuleError for a path of the second kind that SQLite would refuse.
 */
export function parsePath(path: string): readonly Step[] {
  const found = known.get(path)
  if (found) return found
  const steps = path === '$' || path.startsWith('$.') || path.startsWith('$[') ? sqlitePath(path) : dottedPath(path)
  if (known.size >= keep) known.clear()
  known.set(path, steps)
  return steps
}

/** The value at a path of a parsed document; `undefined` if it is missing. */
export function follow(document: unknown, steps: readonly Step[]): unknown {
  let value = document
  for (const { key, index, fromEnd } of steps) {
    if (Array.isArray(value)) {
      value =
        index === undefined && fromEnd === undefined ? undefined : value[index ?? value.length - (fromEnd as number)]
    } else if (typeof value === 'object' && value !== null && key !== undefined && Object.hasOwn(value, key)) {
      value = (value as Record<string, unknown>)[key]
    } else {
      return undefined
    }
  }
  return value
}

function dottedPath(path: string): Step[] {
  if (path === '') return []
  return path
    .split(/(?<!\\)\./)
    .map((part) => part.replaceAll('\\.', '.'))
    .map((key) => (/^(?:0|[1-9]\d*)$/.test(key) ? { key, index: Number(key) } : { key }))
}

function sqlitePath(path: string): Step[] {
  const steps: Step[] = []
  const part = /\."(?<quoted>[^"]*)"|\.(?<key>[^.["]+)|\[(?<index>\d+)\]|\[#(?:-(?<fromEnd>\d+))?\]/y
  for (part.lastIndex = 1; part.lastIndex < path.length;) {
    const at = part.lastIndex
    const groups = part.exec(path)?.groups
    if (!groups) throw new RuleError('InvalidPath', `'${path}' is not a path: it is wrong at '${path.slice(at)}'`)
    const key = groups.quoted ?? groups.key
    if (key !== undefined) steps.push({ key })
    else if (groups.index !== undefined) steps.push({ index: Number(groups.index) })
    // [#] is the position after the last element, so it has no value.
    else steps.push({ fromEnd: Number(groups.fromEnd ?? 0) })
  }
  return steps
}
