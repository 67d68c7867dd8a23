import type { Config } from '../config/config.ts'

/** The handler name that runs a function with the tables of its configuration. */
export const routesName = 'routes'

/** Whether a function is one handler that gets its events as they come: what is needed for more is not loaded then. */
export function isPlain(name: string, { routes, sources, warmer, failOn, handlers }: Config): boolean {
  if (warmer || failOn !== undefined) return false
  if (name === routesName && (routes || sources)) return false
  return !(Object.hasOwn(handlers, name) && typeof handlers[name] === 'object')
}
