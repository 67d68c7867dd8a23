import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Files that say what a project in Python needs, the most exact one first. */
const files = ['uv.lock', 'requirements.txt', 'pyproject.toml'] as const
export type Requirements = (typeof files)[number]

/** The file of a project that says what it needs in Python. */
export function requirementsOf(root: string): Requirements | undefined {
  return files.find((name) => existsSync(join(root, name)))
}
