import { httpMethods, readRouteKey } from './route-key.ts'
import type { RouteKey } from './route-key.ts'

/** A route of the table. */
export interface Route {
  /** The value of `routeKey`: `GET /links/{slug}`. */
  readonly key: string
  /** The value of `resource`: its path. */
  readonly path: string
  /** Handler name. */
  readonly run: string
}

export type RouteMatch =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The allowed methods if a path matches with other methods; empty if no path matches. */
  | { readonly route?: undefined; readonly allowed: readonly string[] }

interface Entry {
  readonly route: Route
  /** The names of the parameters, in order. */
  readonly names: readonly string[]
}

class Node {
  readonly literals = new Map<string, Node>()
  param: Node | undefined
  greedy: Node | undefined
  /** Routes by method. */
  readonly entries = new Map<string, Entry>()
}

/**
 * The routes of a function. If several match path and method, their first differing segment decides: a literal wins
 * over a parameter, and a parameter over `{name+}`.
 *
 * A path is compared in the form of `request().path`: decoded once, without the stage. One slash at its end is ignored.
 * A segment in the middle may be empty; a parameter accepts no empty segment, and dots have no special meaning.
 */
export class RouteTable {
  readonly #root = new Node()

  /** @param routes keys that the configuration's check has accepted */
  constructor(routes: Readonly<Record<string, string>>) {
    for (const [key, run] of Object.entries(routes)) {
      const read = readRouteKey(key)
      if (!('problem' in read)) this.#add(read, run)
    }
  }

  match(method: string, path: string): RouteMatch {
    if (!path.startsWith('/')) return { allowed: [] }
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
    const segments = trimmed === '/' ? [] : trimmed.slice(1).split('/')
    const search: Search = { method, segments, values: [], methods: new Set() }
    const entry = find(this.#root, 0, search)
    if (!entry) return { allowed: allowed(search.methods) }
    const params: Record<string, string> = Object.create(null) as Record<string, string>
    for (const [index, name] of entry.names.entries()) params[name] = search.values[index] as string
    return { route: entry.route, params }
  }

  #add({ methods, path, segments }: RouteKey, run: string): void {
    let node = this.#root
    const names: string[] = []
    for (const segment of segments) {
      if (segment.kind !== 'literal') names.push(segment.name)
      if (segment.kind === 'param') node = node.param ??= new Node()
      else if (segment.kind === 'greedy') node = node.greedy ??= new Node()
      else node = childOf(node, segment.text)
    }
    for (const method of methods) node.entries.set(method, { route: { key: `${method} ${path}`, path, run }, names })
  }
}

interface Search {
  readonly method: string
  readonly segments: readonly string[]
  readonly values: string[]
  /** Methods of the matching paths. */
  readonly methods: Set<string>
}

/**
 * Each node is visited at most once, because there is only one way to it. So the time is limited by the table, not by
 * the path.
 */
function find(node: Node, depth: number, search: Search): Entry | undefined {
  const { segments, values } = search
  const segment = segments[depth]
  if (segment === undefined) return entryOf(node, search)
  const literal = node.literals.get(segment)
  const byLiteral = literal && find(literal, depth + 1, search)
  if (byLiteral) return byLiteral
  if (node.param && segment !== '') {
    values.push(segment)
    const byParam = find(node.param, depth + 1, search)
    if (byParam) return byParam
    values.pop()
  }
  if (!node.greedy) return undefined
  const rest = segments.slice(depth).join('/')
  const byRest = rest === '' ? undefined : entryOf(node.greedy, search)
  if (byRest) values.push(rest)
  return byRest
}

function entryOf({ entries }: Node, { method, methods }: Search): Entry | undefined {
  for (const known of entries.keys()) methods.add(known)
  return entries.get(method) ?? (method === 'HEAD' ? entries.get('GET') : undefined) ?? entries.get('ANY')
}

function childOf(node: Node, text: string): Node {
  const known = node.literals.get(text)
  if (known) return known
  const made = new Node()
  node.literals.set(text, made)
  return made
}

function allowed(methods: ReadonlySet<string>): readonly string[] {
  return httpMethods.filter((method) => methods.has(method) || (method === 'HEAD' && methods.has('GET')))
}
