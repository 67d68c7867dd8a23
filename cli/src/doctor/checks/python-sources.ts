import { relative } from 'node:path'
import { closestName } from '@anyhandler/core/host'
import type { HandlerRef } from '@anyhandler/core'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { handlerRefs } from '../handler-refs.ts'
import { readPython } from '../python-reader.ts'
import type { PythonModule, PythonSources } from '../python-reader.ts'

/** Packages of Lambda's own Python, and of the driver. */
const brought: ReadonlySet<string> = new Set(
  'awslambdaric boto3 botocore dateutil jmespath s3transfer simplejson six snapshot_restore_py urllib3'.split(' '),
)

/**
 * Handlers in Python, read by Python's own parser if this machine has one: syntax, the function, the imports. None of
 * their code runs.
 */
export const pythonSources: Check = async (examined) => {
  const { project } = examined
  const refs = handlerRefs(examined).filter(({ plugin, file }) => plugin === 'python' && file !== undefined)
  const files = [...new Set(refs.map(({ file = '' }) => file))]
  const read = files.length === 0 ? undefined : await readPython(files)
  if (!read) return []
  const findings = files.flatMap((path, index) => {
    const module = read.modules[index]
    if (!module) return []
    const file = relative(project.root, path)
    if (module.error) return [syntaxFinding(file, module.error, read, examined)]
    return [
      ...functionFindings(
        file,
        module,
        refs.filter((ref) => ref.file === path),
      ),
      ...importFindings(file, module, examined),
    ]
  })
  return findings
}

function syntaxFinding(
  file: string,
  { line, message }: { readonly line: number; readonly message: string },
  { version }: PythonSources,
  { platform }: Examined,
): Finding {
  const [major, minor] = version
  const wanted = Number(platform.python?.split('.')[1] ?? minor)
  const isSure = minor >= wanted
  const by = isSure ? '' : `, at least for Python ${major}.${minor} of this machine`
  return {
    severity: isSure ? 'error' : 'warning',
    file,
    fault: `has a syntax error in line ${line}: ${message}${by}`,
    cure: 'correct it',
  }
}

/** A name without a function means `handler`, else `lambda_handler`. */
function functionFindings(
  file: string,
  { names, open }: PythonModule,
  refs: readonly HandlerRef[],
): readonly Finding[] {
  if (open) return []
  return refs.flatMap((ref) => {
    const wanted = ref.function === undefined ? ['handler', 'lambda_handler'] : [ref.function]
    if (wanted.some((name) => names.includes(name))) return []
    const meant = closestName(wanted[0] ?? '', names)
    const cure =
      meant === undefined ? `define ${wanted[0]}(event, context), or name another function` : `did you mean ${meant}?`
    return [
      {
        severity: 'error',
        file,
        fault: `has no function ${wanted.join(' or ')}, which the handler '${ref.name}' means`,
        cure,
      },
    ]
  })
}

function importFindings(
  file: string,
  { imports }: PythonModule,
  { packed, platform, declared }: Examined,
): readonly Finding[] {
  // Packages that a requirements file lists under another name are installed by the build.
  if (declared.python) return []
  // Handlers may put further folders on the search path: a name anywhere in the folder counts.
  const own = new Set(packed.files().flatMap(({ path }) => path.split('/').map((part) => part.split('.', 1)[0] ?? '')))
  return imports
    .filter(
      (name) => !own.has(name) && !(platform.python !== undefined && brought.has(name)) && platform.lacksModule(name),
    )
    .map((name) => ({
      severity: 'warning',
      file,
      fault: `imports ${name}, which neither the folder nor ${platform.name} has`,
      cure: `add it to requirements.txt, or pass --have ${name} if a layer contains it`,
    }))
}
