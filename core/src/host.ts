import type { HostEnv } from './env.ts'
import type { BuiltIns } from './registry.ts'

export interface HostOptions {
  readonly env: HostEnv
  readonly builtIns: BuiltIns
  /** A configuration file in place of the one looked up in the task root. */
  readonly configFile?: string
  /** Where log records go: a descriptor (1 on Lambda, 2 at the desk) or a function that takes each finished record. */
  readonly logTo: number | ((record: string) => void)
}

/** Why `run` ended. */
export type HostEnd =
  /** `close()` was called. */
  | { readonly reason: 'closed' }
  /** The platform said stop, or init failed and was reported: exit with this code. */
  | { readonly reason: 'failed'; readonly exitCode: number; readonly message: string }
  /** A thread is stuck in native code: every answer is out, the process must be replaced (`process.execve`). */
  | { readonly reason: 'stuck' }

/** The loop: init, pollers, dispatch, shutdown. */
export declare class Host {
  constructor(options: HostOptions)
  /** Serves events until the end; never rejects. */
  run(): Promise<HostEnd>
  /** Ends everything: processes, threads, connections. Safe to call at any time, more than once. */
  close(): Promise<void>
}
