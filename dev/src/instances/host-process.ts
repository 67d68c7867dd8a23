import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { endProcesses } from './end-processes.ts'

export interface HostProcessOptions {
  /** Starts the host: program and arguments. */
  readonly command: readonly string[]
  readonly cwd: string
  readonly variables: Readonly<Record<string, string>>
  /** A line of its output, without the newline. */
  onLine(text: string, stream: 'out' | 'err'): void
}

/** A longer line is handed on in pieces: a handler may print without end and without a newline. */
const longestLine = 256 * 1024

/** After SIGTERM the host ends its processes within 250 ms. */
const patienceMs = 600

/** The host as a process with a group of its own, so that a terminal's Ctrl-C reaches it through us only. */
export class HostProcess {
  /**
   * `exit status 1`, `signal: killed`; undefined = exit code 0. Resolves when the process is gone and its output is
   * read.
   */
  readonly ended: Promise<string | undefined>
  readonly #child: ChildProcess
  #isOver = false

  constructor({ command: [file = '', ...args], cwd, variables, onLine }: HostProcessOptions) {
    this.#child = spawn(file, args, { cwd, env: variables, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const { stdout, stderr } = this.#child
    if (stdout) readLines(stdout, (text) => onLine(text, 'out'))
    if (stderr) readLines(stderr, (text) => onLine(text, 'err'))
    this.ended = new Promise((resolve) => {
      const end = (reason: string | undefined): void => {
        this.#isOver = true
        resolve(reason)
      }
      this.#child.once('error', (error) => end(error.message))
      this.#child.once('exit', (code, signal) => {
        this.#isOver = true
        if (signal) endProcesses(`AWS_LAMBDA_RUNTIME_API=${variables['AWS_LAMBDA_RUNTIME_API']}`)
        // Its children may hold its output open, so the wait for them is short.
        setTimeout(() => {
          stdout?.destroy()
          stderr?.destroy()
        }, patienceMs).unref()
        const reason = signal ? `signal: ${wordOf(signal)}` : code === 0 ? undefined : `exit status ${code}`
        this.#child.once('close', () => end(reason))
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Asks it to end, and makes it end if it doesn't. */
  async close(): Promise<void> {
    this.#signal('SIGTERM')
    const timer = setTimeout(() => this.kill(), patienceMs)
    await this.ended
    clearTimeout(timer)
  }

  kill(): void {
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined || this.#isOver) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** As Go's runtime says it, and so the platform. */
function wordOf(signal: NodeJS.Signals): string {
  return (
    { SIGKILL: 'killed', SIGTERM: 'terminated', SIGSEGV: 'segmentation fault', SIGABRT: 'aborted' }[signal as string] ??
    signal
  )
}

function readLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
    if (rest.length > longestLine) {
      onLine(rest)
      rest = ''
    }
  })
  stream.on('error', () => {})
  stream.on('close', () => {
    if (rest !== '') onLine(rest)
    rest = ''
  })
}
