import { findHandler, HostError } from '@anyhandler/core/host'
import { basename, extname } from 'node:path'
import { handlerFiles } from '../../artifacts/project-handlers.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { canRunPython } from './interpreters.ts'

/** Names that lead to no handler, or to two. */
export const handlerNames: Check = (examined) => {
  const { project, handlers, languages } = examined
  const config = basename(project.config.file ?? '.')
  const given = handlers.map((name) => ({ name, file: '.' }))
  const mapped = Object.keys(project.config.handlers).map((name) => ({ name, file: config }))
  const findings = [...given, ...mapped].flatMap(({ name, file }) => fault(name, file, examined))
  if (languages.length === 0) return findings
  const named = handlerFiles(project).filter(({ language }) => !language.needsFunction)
  const byStem = Map.groupBy(named, ({ file }) => basename(file, extname(file)))
  const shared = [...byStem].filter(
    ([stem, files]) => files.length > 1 && !handlers.includes(stem) && !Object.hasOwn(project.config.handlers, stem),
  )
  return [
    ...findings,
    ...shared.flatMap(([stem, files]) => fault(stem, files.map(({ file }) => file).join(', '), examined)),
  ]
}

/** What the host says, without the list of all that was looked for. */
function fault(name: string, file: string, examined: Examined): readonly Finding[] {
  const { project, languages } = examined
  try {
    const { plugin, notFound } = findHandler(name, {
      taskRoot: project.root,
      languages,
      handlers: project.config.handlers,
    })
    return HostError.is(notFound) ? [unfound(notFound, { plugin, file, examined })] : []
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
    cure: 'bring its package in a layer or in the folder, or correct the name',
  }
}

function parted({ problem, cure = 'name a handler that is there' }: HostError): Pick<Finding, 'fault' | 'cure'> {
  return { fault: problem, cure }
}
