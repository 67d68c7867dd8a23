import type { Config } from '../config/config.ts'
import type { HandlerRef } from '../contract.ts'
import type { BuiltIns } from '../language.ts'

/**
 * Whether this process runs the host's own code alone: all of the languages are built in, and none is replaced by a
 * package from outside.
 */
export function runsOwnCode(handlers: readonly HandlerRef[], builtIns: BuiltIns, { plugins }: Config): boolean {
  return handlers.every(({ plugin }) => {
    const entry = plugins[plugin]
    return Object.hasOwn(builtIns, plugin) && !(entry && entry.package !== undefined)
  })
}
