import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Files with the dependencies of a Python project, the most exact one first. */
const files = ['uv.lock', 'requirements.txt', 'pyproject.toml'] as const
export type Requirements = (typeof files)[number]

/** The file with the project's Python dependencies. */
export function requirementsOf(root: string): Requirements | undefined {
  return files.find((name) => existsSync(join(root, name)))
}
