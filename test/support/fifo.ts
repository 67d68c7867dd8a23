import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { taskFolder } from './task-folder.ts'

/** The path of a real pipe with a name, for the time of one test. It holds 64 KiB, as every pipe does. */
export function fifo(): string {
  const path = join(taskFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

/** A process for the time of one test. */
export interface TestProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** What it wrote to standard output until its end. */
  readonly output: Promise<Buffer>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export interface BashOptions {
  /** A descriptor that becomes its standard input, and is closed here; without it there is none. */
  readonly stdin?: number
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a bash script; `$1` and so on are the arguments. */
export function bash(script: string, args: readonly string[] = [], { stdin, env }: BashOptions = {}): TestProcess {
  const child = spawn('bash', ['-c', script, 'bash', ...args], {
    stdio: [stdin ?? 'ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  })
  if (stdin !== undefined) closeSync(stdin)
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  const output = buffer(child.stdout as Readable)
  output.catch(() => {})
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    // What it has started may still hold the other end. The next test may count descriptors.
    child.stdout?.destroy()
  })
  return { pid: child.pid ?? 0, child, output, ended }
}
