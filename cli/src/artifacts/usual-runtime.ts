import { readdirSync } from 'node:fs'
import { isTool } from './helper-files.ts'
import { pythonRuntimes } from './target.ts'
import type { Runtime } from './target.ts'

/** The default runtime of a project: only the Python runtimes have Python, and the other languages run there too. */
export function usualRuntime(root: string): Runtime {
  const hasPython = readdirSync(root).some((name) => name.endsWith('.py') && !isTool(name))
  return hasPython ? pythonRuntimes[0] : 'provided.al2023'
}
