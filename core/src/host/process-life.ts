import { nodeOptionsName, replacedName, wrappedName } from '../env/env.ts'
import { wrappedCommand } from './exec-wrapper.ts'
import { Host } from './host.ts'
import type { HostOptions } from './host-options.ts'

export interface ProcessOptions extends Omit<HostOptions, 'prepare' | 'replaceable'> {
  /** Command line that starts this process again, the program first; used to replace the process. */
  readonly argv: readonly string[]
  /** The environment for that start: the one that the process was given. */
  readonly variables: NodeJS.ProcessEnv
}

/** Exit code after a signal; SIGINT's is that of a shell. */
const signalExit = { SIGINT: 130, SIGTERM: 0 } as const

/**
 * Lambda gives a runtime with an internal extension 500 ms after SIGTERM; after this time the watcher ends the
 * remaining children.
 */
const shutdownMs = 250

/**
 * Serves events until the process ends. Handles the user's wrapper, signals, exit codes, and the replacement of the
 * process when a thread is stuck in native code.
 */
export async function runProcess({ argv, variables, ...options }: ProcessOptions): Promise<never> {
  const host = new Host({ ...options, replaceable: true, prepare: () => passWrapper(argv, variables) })
  // An error of a plugin's stray promise or timer must not end the host: running events have their deadlines.
  process.on('unhandledRejection', (reason) => host.log('ERROR', `unhandled rejection: ${describe(reason)}`))
  process.on('uncaughtException', (error) => host.log('ERROR', `uncaught exception: ${describe(error)}`))

  // Keeps the event loop alive: a plugin whose promise can never resolve must not end the process.
  setInterval(() => {}, 2 ** 30)

  let signalled: keyof typeof signalExit | undefined
  const running = host.run()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      signalled = signal
      // A stuck thread would keep the process from exiting.
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

/** Ends the process with a code. `process.exit()` would wait for ever for a thread that is stuck in native code. */
export function leave(code: number, stuck = false): never {
  if (stuck) replaceProcess(['/bin/sh', '-c', `exit ${code}`], {})
  process.exit(code)
}

/**
 * Replaces this process by the wrapper, if there is one. A shell starts it, as on AWS's runtimes, because a shell
 * reports why a script can't be started.
 */
function passWrapper(argv: readonly string[], variables: NodeJS.ProcessEnv): void {
  const command = wrappedCommand(argv, variables)
  if (!command) return
  const { [nodeOptionsName]: nodeOptions, ...given } = variables
  // A wrapper adds to what the function has.
  const restored = nodeOptions === undefined ? given : { ...given, NODE_OPTIONS: nodeOptions }
  replaceProcess(['/bin/sh', '-c', 'exec "$@"', 'sh', ...command], { ...restored, [wrappedName]: '1' })
}

function replaceProcess(argv: readonly string[], variables: NodeJS.ProcessEnv): never {
  const [file = process.execPath] = argv
  // execve is experimental in Node 24; its warning would appear in the function's log.
  process.removeAllListeners('warning')
  process.execve?.(file, argv, withoutLogDescriptor(variables))
  throw new Error('process.execve is missing: this is not Linux with Node 22.19 or later')
}

/** `execve` closes all descriptors except the standard ones, and another file could get this number afterwards. */
function withoutLogDescriptor({ _LAMBDA_TELEMETRY_LOG_FD: _fd, ...variables }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return variables
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
