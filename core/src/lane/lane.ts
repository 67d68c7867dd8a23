import type { Alarm } from '../contract.ts'

/**
 * A lane is one warm worker: a thread, a child process, or another worker that runs one task at a time. Lanes know
 * nothing of Lambda.
 */

/**
 * A task's outcome. Failures of the task are data, because exceptions lose names and codes between threads and
 * processes.
 */
export type Reply<Value> =
  | {
      readonly ok: true
      readonly value: Value
      /** Resolves when nothing of the task is left in the worker, if that is later than the reply. Never rejects. */
      readonly atRest?: Promise<void>
    }
  | { readonly ok: false; readonly error: TaskFailure; readonly atRest?: Promise<void> }

export interface TaskFailure {
  readonly errorType: string
  readonly message: string
  readonly stackTrace?: readonly string[]
  /** A finished error body, if the worker made one. */
  readonly body?: Uint8Array
  /** A finished X-Ray cause, if the worker made one. */
  readonly xrayCause?: string
}

export interface RunOptions {
  /**
   * When it fires, the pool kills the lane; the lane itself need not listen. `invocation.alarm` is cheaper than
   * `invocation.signal`.
   */
  readonly signal: Alarm
  /** Called for each part of a streamed value and awaited: back-pressure. The lane stays taken until `run` settles. */
  readonly onChunk?: (chunk: Uint8Array) => void | PromiseLike<void>
}

export interface Lane<Task, Value> {
  /** `false` once the worker has ended or can't be used any more. */
  readonly alive: boolean
  /** Resolves with the reason when `alive` becomes false, with or without a running task. */
  readonly ended: Promise<Error>
  /**
   * Runs one task; called only when the lane is at rest. Rejects with {@link LaneBrokenError} if the lane itself broke
   * and can't be used any more. Any other rejection means that the task never reached the worker. A lane that has
   * waited for the reply returns it without a promise.
   */
  run(task: Task, options: RunOptions): Reply<Value> | Promise<Reply<Value>>
  /** Ends the worker gracefully. */
  close(): Promise<void>
  /**
   * Ends the worker at once and frees its resources. It may be called more than once, also for a worker that has ended
   * by itself. Resolves when the worker is gone; `false` means that it can't be stopped (native code in a thread).
   */
  kill(): Promise<boolean>
}

/** Runs a task on a lane; an exception becomes a rejection. */
export function runOn<Task, Value>(
  lane: Lane<Task, Value>,
  task: Task,
  options: RunOptions,
): Reply<Value> | Promise<Reply<Value>> {
  try {
    return lane.run(task, options)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

/** The worker ended while it ran a task, or broke the protocol. */
export class LaneBrokenError extends Error {
  override readonly name = 'LaneBrokenError'
  /** Exit code of the process or thread, when it exited. */
  readonly exitCode: number | undefined
  /** The signal that ended the process. */
  readonly signal: string | undefined
  /** True if the task had not reached the worker, so another worker can run it. */
  readonly untouched: boolean

  constructor(
    message: string,
    how: {
      readonly exitCode?: number | undefined
      readonly signal?: string | undefined
      readonly untouched?: boolean
    } = {},
  ) {
    super(message)
    this.exitCode = how.exitCode
    this.signal = how.signal
    this.untouched = how.untouched ?? false
  }
}

const stuckBrand = Symbol.for('anyhandler.LaneStuckError')

/**
 * The task was aborted, but native code in its thread can't be interrupted: only a replacement of the whole process
 * ends it. Plugins must not catch this error.
 */
export class LaneStuckError extends Error {
  override readonly name = 'LaneStuckError'

  constructor(reason: unknown) {
    super('the worker thread is inside native code and cannot be stopped', { cause: reason })
    Object.defineProperty(this, stuckBrand, { value: true })
  }

  static is(error: unknown): error is LaneStuckError {
    return typeof error === 'object' && error !== null && stuckBrand in error
  }
}
