import { execFileSync } from 'node:child_process'
import { rootOf } from '../case.ts'
import type { CaseEvent } from '../case.ts'

/** The keys of a dictionary in a theme's module: the events that it knows. */
export function namesIn(theme: string, dictionary: string): string[] {
  const script = `import app, json; print(json.dumps(list(app.${dictionary})))`
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  return JSON.parse(execFileSync('python3', ['-c', script], { cwd: rootOf(theme), env, encoding: 'utf8' })) as string[]
}

export function eventsOf(names: readonly string[]): CaseEvent[] {
  return names.map((name) => ({ text: JSON.stringify(name) }))
}
