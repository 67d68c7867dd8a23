import { decoded } from '../server/decoded.ts'
import type { DevFunction } from '../functions/dev-function.ts'
import type { Functions } from '../functions/functions.ts'

/** Where a request goes, and the target that the function sees. */
export interface Way {
  readonly one: DevFunction
  readonly target: string
}

/**
 * With routes every request goes to the function that has them. Without, `/NAME/…` goes to the handler NAME, which sees
 * the path without `/NAME`; a name may have slashes in it.
 */
export async function wayOf(target: string, functions: Functions): Promise<Way | undefined> {
  const front = functions.front
  if (front !== undefined) {
    const one = await functions.find(front)
    return one && { one, target }
  }
  const [path = '/', ...query] = target.split('?')
  const segments = path.slice(1).split('/')
  const listed = longestName(segments.map(decoded), functions.names)
  // A handler that isn't in the list may be new, or lie in a folder: /reports%2Fmonthly.
  const name = listed ?? decoded(segments[0] ?? '')
  const one = name === '' ? undefined : await functions.find(name)
  if (!one) return undefined
  const rest = segments.slice(listed?.split('/').length ?? 1).join('/')
  const search = query.length > 0 ? `?${query.join('?')}` : ''
  return { one, target: `/${rest}${search}` }
}

function longestName(segments: readonly string[], names: readonly string[]): string | undefined {
  return names
    .filter((name) => name.split('/').every((segment, at) => segments[at] === segment))
    .toSorted((a, b) => b.length - a.length)[0]
}
