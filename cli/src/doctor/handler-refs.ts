import { findHandler, HostError } from '@anyhandler/core/host'
import type { HandlerRef } from '@anyhandler/core'
import { handlersFound } from '../artifacts/project-handlers.ts'
import type { Examined } from './examined.ts'

/** Every handler that a function of this project can have: those given, those that the configuration maps, and the further files at the top of the folder. */
export function handlerRefs({ project, handlers, languages }: Examined): readonly HandlerRef[] {
  const find = (name: string): readonly HandlerRef[] => {
    try {
      return [findHandler(name, { taskRoot: project.root, languages, handlers: project.config.handlers })]
    } catch (error) {
      // Another check says what is wrong with the name.
      if (!HostError.is(error)) throw error
      return []
    }
  }
  const named = [...new Set([...handlers, ...Object.keys(project.config.handlers)])].flatMap(find)
  const further = handlersFound(project).flatMap(find)
  return [...named, ...further.filter(({ file }) => !named.some((known) => known.file === file))]
}
