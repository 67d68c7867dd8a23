import { findHandlers, HostError, routesName, tableNames, targetNames } from '@anyhandler/core/host'
import { basename, extname } from 'node:path'
import { handlerFiles, hasTables } from '../../artifacts/project-handlers.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { canRunPython } from './interpreters.ts'

/** Names that lead to no handler, or to two. */
export const handlerNames: Check = (examined) => {
  const { project, handlers, languages } = examined
  const config = basename(project.config.file ?? '.')
  const isTables = (name: string): boolean => name === routesName && hasTables(project)
  const given = handlers.filter((name) => !isTables(name)).map((name) => ({ name, file: '.' }))
  const configured = new Set([...Object.keys(project.config.handlers), ...tableNames(project.config)])
  const mapped = [...configured].map((name) => ({ name, file: config }))
  const findings = [...given, ...mapped].flatMap(({ name, file }) => fault(name, file, examined))
  findings.push(...otherRoutes(examined, config))
  if (languages.length === 0) return findings
  const named = handlerFiles(project).filter(({ language }) => !language.needsFunction)
  const byStem = Map.groupBy(named, ({ file }) => basename(file, extname(file)))
  const shared = [...byStem].filter(
    ([stem, files]) => files.length > 1 && !handlers.includes(stem) && !configured.has(stem),
  )
  return [
    ...findings,
    ...shared.flatMap(([stem, files]) => fault(stem, files.map(({ file }) => file).join(', '), examined)),
  ]
}

/** Something else that is called as the tables are. */
function otherRoutes({ project, languages }: Examined, file: string): readonly Finding[] {
  if (!hasTables(project)) return []
  try {
    targetNames(routesName, project.config, { taskRoot: project.root, languages, handlers: project.config.handlers })
    return []
  } catch (error) {
    if (!HostError.is(error)) throw error
    return [{ severity: 'error', file, ...parted(error) }]
  }
}

/** The host's message, without the list of searched places. */
function fault(name: string, file: string, examined: Examined): readonly Finding[] {
  const { project, languages } = examined
  try {
    const found = findHandlers(name, { taskRoot: project.root, languages, handlers: project.config.handlers })
    return found.flatMap(({ plugin, notFound }) =>
      HostError.is(notFound) ? [unfound(notFound, { plugin, file, examined })] : [],
    )
  } catch (error) {
    if (!HostError.is(error)) throw error
    return [{ severity: 'error', file, ...parted(error) }]
  }
}

/** No file fits. Whether the language finds it on its own search path is known on Lambda, with its layers. */
function unfound(
  error: HostError,
  { plugin, file, examined }: { readonly plugin: string; readonly file: string; readonly examined: Examined },
): Finding {
  const { fault, cure } = parted(error)
  const isNearMiss = !cure.includes(' holds ')
  if (isNearMiss || !canRunPython(examined)) return { severity: 'error', file, fault, cure }
  return {
    severity: 'warning',
    file,
    fault: `${fault}, so ${plugin} looks for it on its own search path`,
    cure: 'add its package in a layer or in the folder, or correct the name',
  }
}

function parted({ problem, cure = 'name a handler that is there' }: HostError): Pick<Finding, 'fault' | 'cure'> {
  return { fault: problem, cure }
}
