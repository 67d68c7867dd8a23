import { endOfValue } from '../events/json-walk.ts'
import type { Member } from '../events/json-walk.ts'
import type { ProxyKind } from '../events/kinds.ts'
import type { Route } from './route-table.ts'

type Params = Readonly<Record<string, string>>

/** Bytes of the event that are replaced. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The event with a route's parameters, as API Gateway writes those of its own routes. All other bytes stay unchanged,
 * and no key occurs twice.
 *
 * @param members the members of the event
 */
export function writeParams(
  event: Buffer,
  members: readonly Member[],
  kind: ProxyKind,
  match: { readonly route: Route; readonly params: Params },
): Buffer {
  const edits = valuesFor(kind, match.route, match.params).flatMap(([key, json]) => editsOf(event, members, key, json))
  const parts: Uint8Array[] = []
  let from = 0
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    if (start > from) parts.push(event.subarray(from, start))
    if (text !== '') parts.push(Buffer.from(text))
    from = Math.max(from, end)
  }
  return Buffer.concat([...parts, event.subarray(from)])
}

/**
 * JSON texts by key, as the front door writes them for its own routes; `undefined` for none. Front doors without routes
 * get the parameters that `param` reads.
 */
function valuesFor(kind: ProxyKind, { key, path }: Route, params: Params): readonly [string, string | undefined][] {
  const some = Object.keys(params).length > 0 ? JSON.stringify(params) : undefined
  switch (kind) {
    case 'rest':
    case 'http-1.0':
      return [
        ['resource', JSON.stringify(path)],
        ['pathParameters', some ?? 'null'],
      ]
    case 'http':
    case 'url':
      return [
        ['routeKey', JSON.stringify(key)],
        ['pathParameters', some],
      ]
    default:
      return [['pathParameters', some]]
  }
}

/** Parsers use the last one of equal keys, so the earlier ones are removed. */
function editsOf(event: Buffer, members: readonly Member[], key: string, json: string | undefined): readonly Edit[] {
  const found = members.flatMap((member, index) => (member.key === key ? [index] : []))
  if (found.length === 0) {
    const first = members[0]?.keyAt ?? 0
    return json === undefined ? [] : [{ start: first, end: first, text: `${JSON.stringify(key)}:${json},` }]
  }
  return found.map((index) => {
    const member = members[index] as Member
    return json === undefined || index !== found.at(-1)
      ? cut(event, members, index)
      : { start: member.at, end: endOfValue(event, member.at), text: json }
  })
}

/** A member and one of the commas beside it: the following comma, or for the last member the preceding one. */
function cut(event: Buffer, members: readonly Member[], index: number): Edit {
  const { key, keyAt, at } = members[index] as Member
  const next = members[index + 1]
  if (next) return { start: keyAt, end: next.keyAt, text: '' }
  const before = members.slice(0, index).findLast((member) => member.key !== key)
  return { start: before ? endOfValue(event, before.at) : keyAt, end: endOfValue(event, at), text: '' }
}
