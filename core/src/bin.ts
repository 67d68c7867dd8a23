import { Host } from './host.ts'
import type { HostOptions } from './host.ts'

export interface ProcessOptions extends HostOptions {
  /** Arguments that start this process again, the program first: for when it has to be replaced. */
  readonly argv: readonly string[]
  /** The environment to start again with: the one that the process was given. */
  readonly variables: NodeJS.ProcessEnv
}

/** Exit code of a process that a signal ended, as a shell gives it. */
const signalExit = { SIGINT: 130, SIGTERM: 0 } as const

/**
 * Serves events for the life of the process: signals, exit codes, and its replacement in place when a thread is stuck in native code.
 */
export async function runProcess({ argv, variables, ...options }: ProcessOptions): Promise<never> {
  const host = new Host(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void host.close().then(() => leave(signalExit[signal]))
    })
  }
  // Whatever a plugin left behind in the main thread: the events under way have their deadlines, and the host goes on.
  process.on('unhandledRejection', (reason) => host.log('ERROR', `unhandled rejection: ${describe(reason)}`))
  process.on('uncaughtException', (error) => host.log('ERROR', `uncaught exception: ${describe(error)}`))

  const end = await host.run()
  if (end.reason === 'stuck') replaceProcess(argv, variables)
  if (end.reason === 'failed') {
    process.stderr.write(`anyhandler: ${end.message}\n`)
    return leave(end.exitCode)
  }
  return leave(0)
}

/**
 * Ends the process with a code, also when a thread is stuck in native code: `process.exit()` would wait for it for ever.
 */
export function leave(code: number, stuck = false): never {
  if (stuck) replaceProcess(['/bin/sh', '-c', `exit ${code}`], {})
  process.exit(code)
}

function replaceProcess(argv: readonly string[], variables: NodeJS.ProcessEnv): never {
  const [file = process.execPath] = argv
  // execve is marked experimental in Node 24: its warning would stand in the function's log.
  process.removeAllListeners('warning')
  process.execve?.(file, argv, variables)
  throw new Error('process.execve is missing: this is not Linux with Node 22.19 or later')
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
