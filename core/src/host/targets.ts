import type { Config } from '../config/config.ts'
import type { EachConfig } from '../config/routing.ts'
import type { HandlerRef } from '../contract.ts'
import type { EachOptions } from '../batches/batch.ts'
import { HostError } from '../errors.ts'
import { findHandler, findHandlers } from '../find-handler/find-handler.ts'
import type { SearchScope } from '../find-handler/find-handler.ts'
import { routesName } from './is-plain.ts'

/** A target of events: a handler, or a sequence of handlers. */
export interface Target {
  /** The name in the tables. */
  readonly name: string
  /** One handler, or the steps of a sequence. */
  readonly handlers: readonly HandlerRef[]
  readonly each?: EachOptions
  readonly failOn?: NonNullable<Config['failOn']>
  /** Set if the handler could not be found. */
  readonly error?: unknown
}

/**
 * Names of all handlers that a function's events can be for. @throws HostError when a file or a mapping is also called
 * `routes`
 */
export function targetNames(name: string, config: Config, scope: SearchScope): readonly string[] {
  if (name !== routesName || !(config.routes || config.sources)) return [name]
  refuseOther(config, scope)
  return tableNames(config)
}

/** Handler names in `routes` and `sources`. */
export function tableNames({ routes = {}, sources = [] }: Config): readonly string[] {
  return [...new Set([...Object.values(routes), ...sources.map(({ run }) => run)])]
}

/** Looks a target up; if it can't be found, the result carries the error. */
export function targetOf(name: string, config: Config, scope: SearchScope): Target {
  const entry = Object.hasOwn(config.handlers, name) ? config.handlers[name] : undefined
  const options = typeof entry === 'object' ? entry : undefined
  const each = options?.each && withDefaults(options.each)
  const failOn = options?.failOn ?? config.failOn
  try {
    const handlers = findHandlers(name, scope).map((handler) =>
      each && each.parallel > 1 ? Object.freeze({ ...handler, parallel: each.parallel }) : handler,
    )
    return { name, handlers, ...(each && { each }), ...(failOn !== undefined && { failOn }) }
  } catch (error) {
    if (!HostError.is(error)) throw error
    return { name, handlers: [], error }
  }
}

export function withDefaults({
  parallel = 1,
  onAllFailed = 'throw',
  onGroupFailed = 'stop',
  unwrap = false,
}: EachConfig): EachOptions {
  return { parallel, onAllFailed, onGroupFailed, unwrap }
}

/** Refuses a handler that is also called `routes`, because the name would be ambiguous. */
function refuseOther({ handlers, routes }: Config, scope: SearchScope): void {
  const table = routes ? 'routes' : 'sources'
  const refuse = (other: string, cure: string): HostError =>
    new HostError('Runtime.AmbiguousHandler', {
      problem: `the handler 'routes' means the configuration's ${table}, and ${other}`,
      cure,
    })
  if (Object.hasOwn(handlers, routesName)) throw refuse(`its key handlers.routes`, 'give that handler another name')
  let found: HandlerRef | undefined
  try {
    found = findHandler(routesName, { ...scope, handlers: {} })
  } catch (error) {
    if (HostError.is(error) && error.code === 'Runtime.AmbiguousHandler')
      throw refuse('files of that name', 'rename them')
    return
  }
  const file = found.file?.slice(scope.taskRoot.length + 1)
  throw refuse(`the file ${file ?? found.target}`, 'rename the file')
}
