import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Tools } from './groups.ts'

/** What the figures hold for, in one paragraph. */
export function machine({ node, python }: Tools): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const load = loadavg()[0]?.toFixed(1)
  return [
    `${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()} ${process.arch}, load ${load} at the start`,
    `Node ${say(node, ['--version'])}, ${say(python, ['--version'])}, ${firstLine(say('bash', ['--version']))}, ${say('go', ['version'])}`,
  ].join('; ')
}

function say(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return `no ${file}`
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
