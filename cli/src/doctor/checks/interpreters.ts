import { extname } from 'node:path'
import { isTool } from '../../artifacts/helper-files.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

interface PythonOptions {
  readonly interpreter?: unknown
  readonly venv?: unknown
}

/** Interpreters that handlers need and the platform doesn't have. */
export const interpreters: Check = (examined) => {
  const python = examined.languages.find(({ name, origin }) => name === 'python' && origin === 'built-in')
  const handler = examined.files.tree
    .files()
    .find(({ path }) => python?.extensions.includes(extname(path)) && !path.includes('/') && !isTool(path))
  return handler ? pythonFindings(handler.path, examined) : []
}

/** Whether the interpreter that the configuration names is there. */
export function canRunPython(examined: Examined): boolean {
  return pythonFindings('.', examined).length === 0
}

function pythonFindings(file: string, { project, platform, packed }: Examined): readonly Finding[] {
  const entry = project.config.plugins['python']
  const { interpreter = 'python3', venv } = ((entry && entry.options) ?? {}) as PythonOptions
  const layer =
    "use AWS's own Python (--runtime python3.13), add a layer with Python and pass --have python3, or put it into an image: anyhandler build image DIR"
  if (typeof venv === 'string') {
    const path = `${venv.replace(/^\.\//, '').replace(/\/+$/, '')}/bin/python`
    return packed.has(path)
      ? []
      : [
          {
            severity: 'error',
            file,
            fault: `is run by ${path} of the virtual environment, which is a link to this machine's Python`,
            cure: layer,
          },
        ]
  }
  if (typeof interpreter !== 'string' || interpreter.startsWith('/opt/')) return []
  if (interpreter.includes('/')) {
    const own = interpreter.replace(/^(?:\.|\/var\/task)\//, '')
    if (packed.has(own) || interpreter === '/usr/local/bin/python3') return []
    return [
      {
        severity: 'error',
        file,
        fault: `is run by ${interpreter} (plugins.python.options.interpreter), which is not in the folder`,
        cure: layer,
      },
    ]
  }
  return platform.interprets(interpreter)
    ? []
    : [
        {
          severity: 'error',
          file,
          fault: `is run by ${interpreter}, which ${platform.name} does not have`,
          cure: layer,
        },
      ]
}
