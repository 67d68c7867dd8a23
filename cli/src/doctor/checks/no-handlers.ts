import { handlerFiles, hasTables } from '../../artifacts/project-handlers.ts'
import type { Check } from '../examined.ts'

/** A folder in which a function would find nothing to run. */
export const noHandlers: Check = ({ project, files, handlers, languages }) => {
  const isConfigured = hasTables(project) || Object.keys(project.config.handlers).length > 0
  if (languages.length === 0 || handlers.length > 0 || isConfigured) return []
  if (files.tree.files().length === 0)
    return [{ severity: 'error', file: '.', fault: 'is empty', cure: 'put a handler there, such as hello.sh' }]
  if (handlerFiles(project).length > 0) return []
  return [
    {
      severity: 'error',
      file: '.',
      fault: 'has no handler at its top level',
      cure: 'put one there, such as hello.sh, or name handlers in other folders with --handlers',
    },
  ]
}
