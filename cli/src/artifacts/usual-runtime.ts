import { readdirSync } from 'node:fs'
import { isTool } from './helper-files.ts'
import { pythonRuntimes } from './target.ts'
import type { Runtime } from './target.ts'

/** The runtime of a project for which nobody names one: Python is on its own runtimes only, and the other languages run there too. */
export function usualRuntime(root: string): Runtime {
  const hasPython = readdirSync(root).some((name) => name.endsWith('.py') && !isTool(name))
  return hasPython ? pythonRuntimes[0] : 'provided.al2023'
}
