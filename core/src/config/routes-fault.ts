import { readRouteKey } from '../routes/route-key.ts'
import type { RouteKey } from '../routes/route-key.ts'
import { quote } from '../wording.ts'

export interface Fault {
  readonly problem: string
  readonly cure: string
}

/** The first key of `routes` that is invalid, or that repeats another route. */
export function routesFault(routes: Readonly<Record<string, string>>): Fault | undefined {
  const known = new Map<string, string>()
  for (const key of Object.keys(routes)) {
    const route = readRouteKey(key)
    if ('problem' in route) return { problem: `routes[${quote(key)}] ${route.problem}`, cure: route.cure }
    for (const method of route.methods) {
      const shape = `${method} ${shapeOf(route)}`
      const other = known.get(shape)
      if (other !== undefined) {
        return {
          problem: `routes[${quote(other)}] and routes[${quote(key)}] are the same route`,
          cure: 'keep one of them',
        }
      }
      known.set(shape, key)
    }
  }
  return undefined
}

/** Routes that differ only in the names of their parameters match the same paths. */
function shapeOf({ segments }: RouteKey): string {
  return segments.map((segment) => `/${segment.kind === 'literal' ? segment.text : `{${segment.kind}}`}`).join('')
}
