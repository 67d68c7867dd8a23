import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { closestName } from '@anyhandler/core/host'
import type { Check } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { handlerRefs } from '../handler-refs.ts'
import { shellCalls } from '../shell-parser.ts'

/** Functions that handlers name and their file does not define. Sourced files and `eval` may define more. */
export const shellFunctions: Check = async (examined) => {
  const findings: Finding[] = []
  for (const { name, plugin, file, function: wanted } of handlerRefs(examined)) {
    if (plugin !== 'bash' || file === undefined || wanted === undefined) continue
    const { defined, open } = await shellCalls(readFileSync(file, 'utf8'))
    if (defined.has(wanted) || open) continue
    const meant = closestName(wanted, [...defined])
    findings.push({
      severity: 'error',
      file: relative(examined.project.root, file),
      fault: `has no function ${wanted}, which the handler '${name}' means`,
      cure: meant === undefined ? `define ${wanted}, or name another function` : `did you mean ${meant}?`,
    })
  }
  return findings
}
