import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LeanRuntimeApi } from './lean-runtime-api.ts'
import type { Burst, BurstPlan } from './lean-runtime-api.ts'
import { isAlive, treeOf } from '../test/support/processes.ts'
import { cpuOf, usageOf } from './process-tree.ts'
import type { Usage } from './process-tree.ts'

/** How a runtime is started, as Lambda would do it. */
export interface Launch {
  /** Program and arguments. */
  readonly command: readonly string[]
  /** `LAMBDA_TASK_ROOT`, and the working directory. */
  readonly taskRoot: string
  /** `_HANDLER`. */
  readonly handler: string
  /** `AWS_LAMBDA_MAX_CONCURRENCY` when above 1. */
  readonly concurrency?: number
  /** On top of the usual ones. */
  readonly variables?: Readonly<Record<string, string>>
  /** Folders in front of the usual search path. */
  readonly path?: string
}

/** How long a runtime gets to end after SIGTERM, and for a burst. */
const patienceMs = 1_000
const longestBurstMs = 120_000

/** A runtime that is being measured: its process, and the Runtime API of its own that it talks to. */
export class RuntimeProcess {
  readonly #api: LeanRuntimeApi
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #name: string

  static async start(launch: Launch): Promise<RuntimeProcess> {
    return new RuntimeProcess(await LeanRuntimeApi.open(), launch)
  }

  /**
   * Starts a runtime whose first event waits for it already.
   * @returns milliseconds from the start of the process to its first answer, and the CPU seconds that all its processes
   * had used by then
   */
  static async cold(launch: Launch, event: Buffer): Promise<{ readonly ms: number; readonly cpu: number }> {
    const api = await LeanRuntimeApi.open()
    const answered = api.burst({ events: 1, event })
    const start = process.hrtime.bigint()
    const runtime = new RuntimeProcess(api, launch)
    try {
      const { end } = await runtime.#inTime(answered)
      return { ms: Number(end - start) / 1e6, cpu: cpuOf(runtime.pid) }
    } finally {
      await runtime.stop()
    }
  }

  private constructor(api: LeanRuntimeApi, { command, taskRoot, handler, concurrency = 1, variables, path }: Launch) {
    this.#api = api
    this.#name = command.join(' ')
    this.#folder = mkdtempSync(join(tmpdir(), 'anyhandler-bench-'))
    const log = openSync(join(this.#folder, 'log'), 'w')
    const [file = '', ...args] = command
    this.#child = spawn(file, args, {
      cwd: taskRoot,
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...lambdaVariables,
        PATH: path === undefined ? searchPath : `${path}:${searchPath}`,
        LAMBDA_TASK_ROOT: taskRoot,
        LAMBDA_RUNTIME_DIR: taskRoot,
        _HANDLER: handler,
        AWS_LAMBDA_RUNTIME_API: api.address,
        ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
        ...variables,
      },
    })
    closeSync(log)
    const end = (how: string): void => api.fail(new Error(`${command.join(' ')} ${how}`))
    this.#child.on('error', (error) => end(error.message))
    this.#child.on('exit', (code, signal) => end(`ended with ${signal ?? `code ${code}`}`))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** @throws Error when the runtime ends or reports an error, with the end of its log */
  async burst(plan: BurstPlan): Promise<Burst> {
    return this.#inTime(this.#api.burst(plan))
  }

  async #inTime(answers: Promise<Burst>): Promise<Burst> {
    const late = setTimeout(() => this.#api.fail(new Error(`${this.#name} is silent`)), longestBurstMs)
    try {
      return await answers
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.#log}`, { cause: error })
    } finally {
      clearTimeout(late)
    }
  }

  usage(): Usage {
    return usageOf(this.pid)
  }

  /** CPU time that all its processes have used so far, as fine as the system tells it. */
  cpuSeconds(): number {
    return cpuOf(this.pid)
  }

  /**
   * Ends it, and waits until nothing of it is left: what still ends would be in the way of whatever is measured next.
   */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child
    const all = pid === undefined ? [] : treeOf(pid)
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const ended = once(this.#child, 'exit')
      const kill = setTimeout(() => process.kill(-pid, 'SIGKILL'), patienceMs)
      this.#child.kill('SIGTERM')
      await ended
      clearTimeout(kill)
    }
    for (const end = Date.now() + patienceMs; Date.now() < end && all.some((one) => isAlive(one.pid));) await sleep(1)
    this.#api.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #log(): string {
    try {
      return readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2_000)
    } catch {
      return ''
    }
  }
}

const searchPath = '/usr/local/bin:/usr/bin:/bin'

const lambdaVariables = {
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
}
