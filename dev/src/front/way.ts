import type { DevFunction } from '../functions/dev-function.ts'
import type { Functions } from '../functions/functions.ts'

/** Where a request goes, and the target that the function sees. */
export interface Way {
  readonly one: DevFunction
  readonly target: string
}

/**
 * With routes every request goes to the function that has them. Without, `/NAME/…` goes to the handler NAME, which sees the path without `/NAME`; a name may have
 * slashes in it.
 */
export async function wayOf(target: string, functions: Functions): Promise<Way | undefined> {
  const front = functions.front
  if (front !== undefined) {
    const one = await functions.find(front)
    return one && { one, target }
  }
  const [path = '/', ...query] = target.split('?')
  const named = longestName(path, functions.names)
  // A handler that isn't in the list may be new.
  const name = named ?? decoded(path.split('/')[1] ?? '')
  const one = name === '' ? undefined : await functions.find(name)
  if (!one) return undefined
  const rest = path.slice(1 + encodedLength(path, name))
  const search = query.length > 0 ? `?${query.join('?')}` : ''
  return { one, target: `${rest === '' ? '/' : rest}${search}` }
}

function longestName(path: string, names: readonly string[]): string | undefined {
  const segments = path.slice(1).split('/').map(decoded)
  return names
    .filter((name) => name.split('/').every((segment, at) => segments[at] === segment))
    .toSorted((a, b) => b.length - a.length)[0]
}

/** How long the name is in the path, where some of its characters may be percent-encoded. */
function encodedLength(path: string, name: string): number {
  return path.slice(1).split('/').slice(0, name.split('/').length).join('/').length
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
