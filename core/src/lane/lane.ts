/**
 * A lane is one warm worker: a thread or a child process. Lanes know nothing of Lambda; they run tasks, one at a time.
 */

import type { Awaitable } from '../contract.ts'

/** A task's outcome. Failures of the task travel as data: names and codes are lost when thrown across threads and processes. */
export type Reply<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: TaskFailure }

export interface TaskFailure {
  readonly errorType: string
  readonly message: string
  readonly stackTrace?: readonly string[]
  /** A finished error body, if the worker made one. */
  readonly body?: Uint8Array
}

export interface RunOptions {
  /** The pool kills the lane when it fires; a lane itself need not look at it. */
  readonly signal: AbortSignal
  /** Called for each part of a streamed value and awaited: back-pressure. The lane stays taken until `run` settles. */
  readonly onChunk?: (chunk: Uint8Array) => Awaitable<void>
}

export interface Lane<Task, Value> {
  /** Runs one task. Rejects only if the lane itself broke; it is of no use then. */
  run(task: Task, options: RunOptions): Promise<Reply<Value>>
  /** Ends the worker gracefully. */
  close(): Promise<void>
  /** Ends the worker at once; resolves when it is gone, `false` = it can't be stopped (native code in a thread). */
  kill(): Promise<boolean>
}
