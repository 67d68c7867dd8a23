import { httpMethods, readRouteKey } from './route-key.ts'
import type { RouteKey } from './route-key.ts'

/** A route of the table. */
export interface Route {
  /** As `routeKey` says it: `GET /links/{slug}`. */
  readonly key: string
  /** Its path alone, as `resource` says it. */
  readonly path: string
  /** Handler name. */
  readonly run: string
}

export type RouteMatch =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** Paths fit, for other methods: those that `Allow` lists. None: no path fits. */
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
  /** By method. */
  readonly entries = new Map<string, Entry>()
}

/**
 * The routes of a function. Of those that fit a path and have the method, the one wins whose first differing segment is a literal before a parameter before `{name+}`.
 *
 * A path is compared as `request().path` gives it: decoded once, without the stage. One slash at its end counts for nothing. A segment in the middle may be empty; a
 * parameter takes no empty one, and dots mean nothing.
 */
export class RouteTable {
  readonly #root = new Node()

  /** @param routes keys that the configuration's check has let pass */
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
  /** Of the paths that fit. */
  readonly methods: Set<string>
}

/** Each node is visited once at most, for there is one way to it: the time is bound by the table, not by the path. */
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
