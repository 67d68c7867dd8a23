import type { Answer } from '../answer.ts'
import { HandlerError } from '../errors.ts'
import type { Config } from '../config/config.ts'
import { allMembers, valueAt } from '../events/json-walk.ts'
import { kindOf } from '../events/kind-of.ts'
import { isProxyKind } from '../events/kinds.ts'
import type { EventKind, ProxyKind } from '../events/kinds.ts'
import { lineKeys, request, requestLine } from '../http/request.ts'
import { withoutBase } from '../routes/base-path.ts'
import { noRoute } from '../routes/no-route.ts'
import { RouteTable } from '../routes/route-table.ts'
import { SourceTable } from '../routes/sources.ts'
import { writeParams } from '../routes/written-params.ts'

/** The target of an event. */
export type Choice =
  | {
      /** Handler name. */
      readonly run: string
      readonly kind: EventKind
      readonly event: Uint8Array
      /** Path parameters of the route, unless they are written into the event. */
      readonly params?: Readonly<Record<string, string>>
      readonly unwrap?: boolean
    }
  /** No route matches the request. */
  | { readonly answer: Answer }

/** The tables of a function, which map an event to its handler. */
export class Picker {
  readonly #routes: RouteTable
  readonly #sources: SourceTable
  readonly #bases: readonly string[]
  readonly #untouched: boolean

  constructor({ routes = {}, sources = [], routing = {} }: Pick<Config, 'routes' | 'sources' | 'routing'>) {
    this.#routes = new RouteTable(routes)
    this.#sources = new SourceTable(sources)
    this.#bases = [routing.basePath ?? []].flat()
    this.#untouched = routing.event === 'untouched'
  }

  /** @throws HandlerError `Function.NoRoute` when no row matches an event that is no HTTP request */
  pick(bytes: Uint8Array): Choice {
    const event = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const kind = kindOf(event)
    const isRequest = isProxyKind(kind) && kind !== 'websocket'
    const routed = isRequest ? this.#byRoute(event, kind) : undefined
    if (routed && 'run' in routed) return routed
    const source = this.#sources.match(kind, event)
    if (source)
      return { run: source.run, kind, event: bytes, ...(source.unwrap !== undefined && { unwrap: source.unwrap }) }
    if (routed) return { answer: noRoute(routed.allowed, request({ event: bytes })?.header('accept')) }
    throw noSource(kind)
  }

  #byRoute(event: Buffer, kind: ProxyKind): Extract<Choice, { run: string }> | { readonly allowed: readonly string[] } {
    const members = allMembers(event)
    const line: Record<string, unknown> = {}
    // Only payload 2.0 has method and stage in its context, which takes the longest to parse.
    const hasContext = kind === 'http' || kind === 'url'
    for (const { key, at } of members)
      if (lineKeys.includes(key) && (hasContext || key !== 'requestContext')) line[key] = valueAt(event, at)
    const { method, path } = requestLine(kind, line)
    const match = this.#routes.match(method, withoutBase(path, this.#bases))
    if (!match.route) return match
    const { run } = match.route
    if (this.#untouched) return { run, kind, event, params: match.params }
    return { run, kind, event: writeParams(event, members, kind, match) }
  }
}

function noSource(kind: EventKind): HandlerError {
  const what = kind === 'other' ? 'of an unknown kind' : `of the kind ${kind}`
  return new HandlerError({
    errorType: 'Function.NoRoute',
    message: `no row of sources matches this event, which is ${what}; add a row for it, or one from '*' for all other events`,
  })
}
