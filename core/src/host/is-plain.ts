import type { Config } from '../config/config.ts'

/** The handler name for the tables `routes` and `sources` of the configuration. */
export const routesName = 'routes'

/**
 * True if the function is a single handler that gets its events unchanged. The code for all other functions is then not
 * loaded.
 */
export function isPlain(name: string, { routes, sources, warmer, failOn, handlers }: Config): boolean {
  if (warmer || failOn !== undefined) return false
  if (name === routesName && (routes || sources)) return false
  return !(Object.hasOwn(handlers, name) && typeof handlers[name] === 'object')
}
