import { findHandler, HostError } from '@anyhandler/core/host'
import { basename, extname } from 'node:path'
import { handlerFiles } from '../../artifacts/project-handlers.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

/** Names that lead to no handler, or to two. */
export const handlerNames: Check = (examined) => {
  const { project, handlers, languages } = examined
  const config = basename(project.config.file ?? '.')
  const given = handlers.map((name) => ({ name, file: '.' }))
  const mapped = Object.keys(project.config.handlers).map((name) => ({ name, file: config }))
  const findings = [...given, ...mapped].flatMap(({ name, file }) => fault(name, file, examined))
  if (languages.length === 0) return findings
  const byStem = Map.groupBy(handlerFiles(project), ({ file }) => basename(file, extname(file)))
  const shared = [...byStem].filter(
    ([stem, files]) => files.length > 1 && !handlers.includes(stem) && !Object.hasOwn(project.config.handlers, stem),
  )
  return [
    ...findings,
    ...shared.flatMap(([stem, files]) => fault(stem, files.map(({ file }) => file).join(', '), examined)),
  ]
}

/** What the host says, without the list of all that was looked for. */
function fault(name: string, file: string, { project, languages }: Examined): readonly Finding[] {
  try {
    findHandler(name, { taskRoot: project.root, languages, handlers: project.config.handlers })
    return []
  } catch (error) {
    if (!HostError.is(error)) throw error
    const { problem, cure = 'name a handler that is there' } = error
    return [{ severity: 'error', file, fault: problem, cure }]
  }
}
