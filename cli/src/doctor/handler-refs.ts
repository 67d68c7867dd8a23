import { findHandlers, HostError, routesName, tableNames } from '@anyhandler/core/host'
import type { HandlerRef } from '@anyhandler/core'
import { handlersFound } from '../artifacts/project-handlers.ts'
import type { Examined } from './examined.ts'

/**
 * Every handler that a function of this project can have. These are the given ones, those of the configuration and its
 * tables, and the other files at the top of the folder.
 */
export function handlerRefs({ project, handlers, languages }: Examined): readonly HandlerRef[] {
  const find = (name: string): readonly HandlerRef[] => {
    try {
      return findHandlers(name, { taskRoot: project.root, languages, handlers: project.config.handlers })
    } catch (error) {
      // Another check reports the fault of the name.
      if (!HostError.is(error)) throw error
      return []
    }
  }
  const { config } = project
  const names = new Set([...handlers, ...Object.keys(config.handlers), ...tableNames(config)])
  if (config.routes || config.sources) names.delete(routesName)
  const named = [...names].flatMap(find)
  const further = handlersFound(project).flatMap(find)
  return [...named, ...further.filter(({ file }) => !named.some((known) => known.file === file))]
}
