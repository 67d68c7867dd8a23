import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HostError } from '@anyhandler/core'
import type { HostErrorInit, PluginEnv } from '@anyhandler/core'
import type { PythonOptions } from './options.ts'

/** A program to start, and how to install it. */
export interface Interpreter {
  readonly file: string
  readonly cure: string
}

/**
 * Chooses the Python for the handlers.
 * @throws HostError `Runtime.InterpreterNotFound` when a path does not exist; a name is searched only at the start
 */
export function findInterpreter(
  { interpreter, venv }: PythonOptions,
  { taskRoot, variables }: Pick<PluginEnv, 'taskRoot' | 'variables'>,
): Interpreter {
  if (venv !== undefined) {
    const folder = resolve(taskRoot, venv)
    const file = join(folder, 'bin', 'python')
    const cure = `make the environment with 'python3 -m venv ${folder}', or name another one in plugins.python.options.venv`
    const problem = `the virtual environment ${folder} has no interpreter at ${file} (or a link to one that is gone)`
    return existing(file, { problem, cure })
  }
  if (interpreter?.includes('/')) {
    const file = resolve(taskRoot, interpreter)
    const cure = 'name an existing program in plugins.python.options.interpreter'
    return existing(file, { problem: `the interpreter ${file} does not exist`, cure })
  }
  return {
    // On AWS's own Python runtimes the layer names the interpreter.
    file: interpreter ?? (variables['ANYHANDLER_PYTHON'] || 'python3'),
    cure: 'install Python 3.9 or newer, put it into a layer, or name an interpreter in plugins.python.options.interpreter',
  }
}

function existing(file: string, missing: HostErrorInit & { readonly cure: string }): Interpreter {
  if (!existsSync(file)) throw new HostError('Runtime.InterpreterNotFound', missing)
  return { file, cure: missing.cure }
}
