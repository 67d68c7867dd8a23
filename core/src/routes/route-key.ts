import { closestName } from '../closest-name.ts'
import { listed, quote } from '../wording.ts'

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const

/** A part of a path between two slashes. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `{slug}`: one segment that is not empty. */
  | { readonly kind: 'param'; readonly name: string }
  /** `{path+}`: the rest of the path, at least one character. */
  | { readonly kind: 'greedy'; readonly name: string }

/** A parsed key of `routes`. */
export interface RouteKey {
  /** Methods in upper case; a single `ANY` means all of them. */
  readonly methods: readonly string[]
  /** The path as written, without a slash at its end: `/hooks/{name}`. */
  readonly path: string
  readonly segments: readonly Segment[]
}

/** The reason why a key is invalid. */
export interface RouteKeyFault {
  readonly problem: string
  readonly cure: string
}

const usual = 'write METHOD /path, such as GET /links/{slug}'
const paramText = 'letters, digits, _, - and dots'

/**
 * Reads `GET /links/{slug}`, `GET,POST /links`, `ANY /files/{path+}`. Literal segments are written in their decoded
 * form.
 */
export function readRouteKey(key: string): RouteKey | RouteKeyFault {
  const { methods, path } = /^(?<methods>[^\s/]+(?:,\s*[^\s/]+)*)\s+(?<path>\/.*)$/.exec(key)?.groups ?? {}
  if (methods === undefined || path === undefined) return { problem: 'is not a method and a path', cure: usual }
  const named = methods.split(/,\s*/)
  const fault = named.map((method) => methodFault(method, named)).find((one) => one !== undefined)
  if (fault) return fault
  if (/[\0-\u001f\u007f?#]/.test(path)) {
    return { problem: 'has a query, a fragment or a control character in its path', cure: 'write only the path' }
  }
  if (/%[0-9a-f]{2}/i.test(path)) {
    return {
      problem: 'has an encoded character in its path',
      cure: 'write the character itself: paths are decoded before they are compared',
    }
  }
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const segments: Segment[] = []
  for (const text of trimmed === '/' ? [] : trimmed.slice(1).split('/')) {
    const segment = readSegment(text, segments)
    if ('problem' in segment) return segment
    segments.push(segment)
  }
  return { methods: named, path: trimmed, segments }
}

function methodFault(method: string, all: readonly string[]): RouteKeyFault | undefined {
  const known: readonly string[] = [...httpMethods, 'ANY']
  if (method === 'ANY' && all.length > 1) return { problem: 'names ANY beside other methods', cure: 'write ANY alone' }
  if (all.indexOf(method) !== all.lastIndexOf(method)) return { problem: `names ${method} twice`, cure: 'name it once' }
  if (known.includes(method)) return undefined
  const meant = closestName(method, known)
  return {
    problem: `has the unknown method ${quote(method)}${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}`,
    cure: `there are ${listed(known)}`,
  }
}

function readSegment(text: string, before: readonly Segment[]): Segment | RouteKeyFault {
  if (text === '') return { problem: 'has two slashes in a row', cure: 'leave one out' }
  if (before.at(-1)?.kind === 'greedy') {
    return { problem: 'continues after a parameter {name+}, which takes the rest', cure: 'put {name+} at the end' }
  }
  if (!/[{}]/.test(text)) {
    if (text === '*' || text.startsWith(':'))
      return {
        problem: `has ${quote(text)} in its path`,
        cure: 'write {name} for one segment, {name+} for the rest of the path',
      }
    return { kind: 'literal', text }
  }
  const { name, plus } = /^\{(?<name>[\w.-]{1,100})(?<plus>\+?)\}$/.exec(text)?.groups ?? {}
  if (name === undefined) {
    return {
      problem: `has ${quote(text)} in its path`,
      cure: `a parameter is a whole segment, {name} or {name+}, its name of ${paramText}`,
    }
  }
  if (before.some((segment) => segment.kind !== 'literal' && segment.name === name))
    return { problem: `has two parameters named ${quote(name)}`, cure: 'name one of them differently' }
  return { kind: plus === '+' ? 'greedy' : 'param', name }
}
