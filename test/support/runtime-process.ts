import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** Starts the `anyhandler` command; further arguments follow. */
export const command: readonly string[] = [
  process.execPath,
  '--conditions=source',
  fileURLToPath(new URL('anyhandler.ts', import.meta.url)),
]

export interface RuntimeOptions {
  /** `AWS_LAMBDA_RUNTIME_API`. */
  readonly address?: string
  readonly root?: string
  readonly handler?: string
  /** All other variables; only PATH is passed on. */
  readonly env?: Readonly<Record<string, string>>
  /** In place of {@link command} and `run`. */
  readonly argv?: readonly string[]
  readonly cwd?: string
  /** Descriptors beyond the standard ones, from 3 on. */
  readonly descriptors?: readonly ('pipe' | number)[]
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** `anyhandler run` as a process of its own; killed with the test. */
export class RuntimeProcess {
  readonly pid: number
  readonly ended: Promise<ProcessEnd>
  /** What came from descriptor 3. */
  extra = Buffer.alloc(0)
  #stdout = ''
  #stderr = ''

  constructor(options: RuntimeOptions) {
    const { address, root, handler, argv = [...command, 'run'], cwd, env = {}, descriptors = [] } = options
    const [file = '', ...args] = argv
    const child = spawn(file, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
      env: {
        PATH: process.env.PATH,
        ...(address !== undefined && { AWS_LAMBDA_RUNTIME_API: address }),
        ...(handler !== undefined && { _HANDLER: handler }),
        ...(root !== undefined && { LAMBDA_TASK_ROOT: root }),
        ...env,
      },
    })
    this.pid = child.pid ?? 0
    child.stdout?.on('data', (bytes: Buffer) => (this.#stdout += bytes.toString()))
    child.stderr?.on('data', (bytes: Buffer) => (this.#stderr += bytes.toString()))
    const extra = child.stdio[3]
    if (extra && 'on' in extra) extra.on('data', (bytes: Buffer) => (this.extra = Buffer.concat([this.extra, bytes])))
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await this.ended
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Open descriptors of the process. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  /** Resident memory in MiB. */
  get memory(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) / 1024
  }
}

/** Starts it. */
export function startRuntime(options: RuntimeOptions): RuntimeProcess {
  return new RuntimeProcess(options)
}

/** Live processes that descend from the given one, or carry its host's mark: `ANYHANDLER_MARK=PID.…`. */
export function processesOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (candidate) =>
        candidate > 0 &&
        candidate !== pid &&
        (parentOf(candidate) === pid || environmentOf(candidate).includes(`ANYHANDLER_MARK=${pid}.`)),
    )
}

export function isAlive(pid: number): boolean {
  const state = stateOf(pid)
  return state !== undefined && state !== 'Z'
}

function stateOf(pid: number): string | undefined {
  return statOf(pid)?.[0]
}

function parentOf(pid: number): number | undefined {
  const stat = statOf(pid)
  return stat && stat[0] !== 'Z' ? Number(stat[1]) : undefined
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}
