import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { parse } from '../../../cli/src/command-line/parse.ts'
import { allCommands } from '../../../cli/src/main.ts'
import { bin } from '../command.ts'
import { folder, writeFiles } from '../folder.ts'
import { keptFolder } from '../kept-folder.ts'
import type { Step } from './console.ts'
import { root } from './fences.ts'

export type Files = Readonly<Record<string, string>>

/**
 * A folder in which a page's commands run: its files, the packages, and a copy of the examples if a command names them.
 */
export function stage(files: Files, steps: readonly Step[] = []): string {
  const cwd = folder({})
  if (steps.some(({ command }) => command.includes('examples/')))
    cpSync(join(root, 'examples'), join(cwd, 'examples'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  writeFiles(cwd, files)
  return cwd
}

/**
 * Programs before those of the system. `npx` starts what it is asked for without npm, whose own start takes longest.
 */
const programs = keptFolder({
  'run/npx*': `#!/bin/sh\n[ "$1" = anyhandler ] && shift && exec '${process.execPath}' '${bin}' "$@"\nexit 127\n`,
})
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Files }
/** Those of the package, and the one that is in a template's. */
const known = [...Object.keys(scripts), 'dev'].join(' | ')
/** In their place, what a test has not: these note their arguments only. */
const kept = keptFolder({})
const stubs = keptFolder({
  'run/npx*': `#!/bin/sh\n[ "$1" = changeset ] && exit\nprintf '%s\\0' "$@" >>command-lines\necho >>command-lines\n`,
  'run/npm*': `#!/bin/sh\ncase $1 in\n  run) case $2 in ${known}) ;; *) exit 1 ;; esac ;;\n  ci | test | install | create) ;;\n  *) exit 1 ;;\nesac\n`,
  'run/aws*': '#!/bin/sh\n',
  'run/sam*': '#!/bin/sh\n',
})

export interface Ran {
  /** Standard output; with standard error, as they came; with standard error behind it. */
  readonly outputs: readonly string[]
  readonly exitCode: number | undefined
}

/** Runs a command as a page shows it. */
export async function perform(command: string, cwd: string, page: string): Promise<Ran> {
  const { all, stdout, stderr, exitCode } = await execa('bash', ['-c', command], {
    ...options(programs, cwd, page),
    all: true,
  })
  return { outputs: [stdout, all, `${stdout.trimEnd()}\n${stderr}`].map((text) => text.replaceAll('\r', '')), exitCode }
}

/**
 * Runs the shell of a command alone: each program that it starts only notes its arguments, and those of `anyhandler`
 * are read as the command reads them.
 * @throws UsageError
 */
export async function rehearse(command: string, cwd: string, page: string): Promise<Ran> {
  const { stdout, exitCode } = await execa('bash', ['-c', command], options(stubs, cwd, page))
  const file = join(cwd, 'command-lines')
  const commands = await allCommands()
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []) {
    const [program, name, ...args] = line.split('\0').slice(0, -1)
    const found = commands.find((one) => one.name === name)
    if (program !== 'anyhandler' || !found) throw new Error(`npx ${program} ${name} is not known`)
    await parse(found, args)
  }
  return { outputs: [stdout], exitCode }
}

function options(folderOfPrograms: string, cwd: string, page: string) {
  return {
    cwd,
    env: { ...environment(folderOfPrograms, cwd), ...databases(page) },
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    timeout: 85_000,
  } as const
}

/** The examples' databases: the commands of a page go on with what those before have left. */
function databases(page: string): Record<string, string> {
  const place = join(kept, page.replaceAll('/', '-'))
  return { LINKS_DATABASE: `${place}-links.db`, SHOP_DATABASE: `${place}-shop.db` }
}

function environment(folderOfPrograms: string, cwd: string): Record<string, string> {
  return {
    PATH: `${join(folderOfPrograms, 'run')}:${join(cwd, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`,
    AWS_REGION: 'eu-central-1',
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

/** Starts the server of a `console` block, lets the other commands of the block ask it, and ends it. */
export async function serve(command: string, cwd: string, ask: (address: string) => Promise<void>): Promise<string> {
  const child = spawn('bash', ['-c', `exec ${command} --port 0`], {
    cwd,
    env: { ...process.env, ...environment(programs, cwd) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the command ended: ${said}`)))
      child.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString()
        if (said.includes('/_anyhandler/\n')) resolve()
      })
    })
    const address = /http:\/\/(?<address>[\d.:]+)\//.exec(said)?.groups?.['address'] ?? ''
    const ready = said.replaceAll(address, '127.0.0.1:3000')
    await ask(address)
    return ready
  } finally {
    child.kill('SIGINT')
    await once(child, 'exit')
  }
}

/** A step as it is asked of a server at another port. */
export function at(address: string, step: Step): Step {
  return { ...step, command: step.command.replaceAll('127.0.0.1:3000', address) }
}
