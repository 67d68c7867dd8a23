import { replacedName, wrappedName } from '../env/env.ts'
import { wrappedCommand } from './exec-wrapper.ts'
import { Host } from './host.ts'
import type { HostOptions } from './host-options.ts'

export interface ProcessOptions extends Omit<HostOptions, 'prepare' | 'replaceable'> {
  /** Arguments that start this process again, the program first: for when it has to be replaced. */
  readonly argv: readonly string[]
  /** The environment to start again with: the one that the process was given. */
  readonly variables: NodeJS.ProcessEnv
}

/** Exit code after a signal; SIGINT's is that of a shell. */
const signalExit = { SIGINT: 130, SIGTERM: 0 } as const

/** Lambda gives a runtime with an internal extension 500 ms after SIGTERM; what is not done after this time is left to the watcher of the children. */
const shutdownMs = 250

/**
 * Serves events for the life of the process: the user's wrapper, signals, exit codes, and its replacement in place when a thread is stuck in native code.
 */
export async function runProcess({ argv, variables, ...options }: ProcessOptions): Promise<never> {
  const host = new Host({ ...options, replaceable: true, prepare: () => passWrapper(argv, variables) })
  // Whatever a plugin left behind in the main thread: the events under way have their deadlines, and the host goes on.
  process.on('unhandledRejection', (reason) => host.log('ERROR', `unhandled rejection: ${describe(reason)}`))
  process.on('uncaughtException', (error) => host.log('ERROR', `uncaught exception: ${describe(error)}`))

  // A plugin that waits for something that never comes, with nothing else under way, must not end the process by itself.
  setInterval(() => {}, 2 ** 30)

  let signalled: keyof typeof signalExit | undefined
  const running = host.run()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      signalled = signal
      // A thread that is stuck would keep the process from exiting.
      setTimeout(() => {
        host.abandon()
        leave(signalExit[signal], true)
      }, shutdownMs)
      void host.close()
    })
  }
  const end = await running
  if (signalled) return leave(signalExit[signalled], end.reason === 'stuck')
  if (end.reason === 'stuck') replaceProcess(argv, { ...variables, [replacedName]: end.asked ? 'asked' : 'plain' })
  if (end.reason === 'closed') return leave(0)
  if (!options.env.runtimeApi) process.stderr.write(`anyhandler: ${end.message}\n`)
  return leave(end.exitCode)
}

/**
 * Ends the process with a code, also when a thread is stuck in native code: `process.exit()` would wait for it for ever.
 */
export function leave(code: number, stuck = false): never {
  if (stuck) replaceProcess(['/bin/sh', '-c', `exit ${code}`], {})
  process.exit(code)
}

/** Becomes the wrapper, if there is one. A shell starts it, as on AWS's runtimes: it says what is wrong with a script that can't be started. */
function passWrapper(argv: readonly string[], variables: NodeJS.ProcessEnv): void {
  const command = wrappedCommand(argv, variables)
  if (command) replaceProcess(['/bin/sh', '-c', 'exec "$@"', 'sh', ...command], { ...variables, [wrappedName]: '1' })
}

function replaceProcess(argv: readonly string[], variables: NodeJS.ProcessEnv): never {
  const [file = process.execPath] = argv
  // execve is marked experimental in Node 24: its warning would stand in the function's log.
  process.removeAllListeners('warning')
  process.execve?.(file, argv, withoutLogDescriptor(variables))
  throw new Error('process.execve is missing: this is not Linux with Node 22.19 or later')
}

/** Node closes all descriptors but the standard ones when it replaces itself; another one could bear the number afterwards. */
function withoutLogDescriptor({ _LAMBDA_TELEMETRY_LOG_FD: _fd, ...variables }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return variables
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
