import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { descriptorsOf, memoryOf, processesWithVariable, treeOf } from './processes.ts'

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
    return descriptorsOf(this.pid)
  }

  /** Resident memory in MiB. */
  get memory(): number {
    return memoryOf(this.pid).resident / 1_048_576
  }
}

/** Starts it. */
export function startRuntime(options: RuntimeOptions): RuntimeProcess {
  return new RuntimeProcess(options)
}

/**
 * Live processes, by their ids, whose parent is the given one, or that carry its host's mark: `ANYHANDLER_MARK=PID.…`.
 */
export function processesOf(pid: number): readonly number[] {
  const children = treeOf(pid).filter(({ parent, state }) => parent === pid && state !== 'Z')
  const marked = processesWithVariable(`ANYHANDLER_MARK=${pid}.`)
  return [...new Set([...children.map((child) => child.pid), ...marked])].toSorted((a, b) => a - b)
}
