import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { askOn } from './ask.ts'
import { readPlan } from './read-plan.ts'
import type { Plan } from './templates.ts'
import { help, UsageError } from './usage.ts'
import { writeTemplate } from './write-template.ts'

/** The used parts of `process`. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable
}

/** Runs a command line, without the program's name. @returns the exit code: 0, or 2 for wrong usage */
export async function main(args: readonly string[], { stdin, stdout, stderr }: Streams): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(help)
    return 0
  }
  if (args.includes('--version')) {
    stdout.write(`${version}\n`)
    return 0
  }
  const ask = stdin.isTTY && stdout.isTTY ? askOn(stdin, stdout) : undefined
  try {
    const { plan, force } = await readPlan(args, ask)
    const files = writeTemplate(plan, version, force)
    stdout.write(
      `${plan.folder}: ${files.length} files\n\nNext:\n\n${nextSteps(plan)
        .map((line) => `  ${line}\n`)
        .join('')}`,
    )
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    stderr.write(`create-anyhandler: ${error.message}\n`)
    return 2
  } finally {
    ask?.close()
  }
}

/** The next three commands. */
function nextSteps({ folder, template }: Plan): readonly string[] {
  const shown = relative('.', folder) || '.'
  const install =
    shown === '.' ? 'npm install' : `cd ${/^[\w./@-]+$/.test(shown) ? shown : `'${shown}'`} && npm install`
  const handler = template === 'plugin' ? 'example/hello' : 'hello --root handlers'
  return [install, 'npm test', `npx anyhandler invoke ${handler} --event '{"name":"World"}'`]
}
