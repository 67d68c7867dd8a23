import type { Alarm } from '../contract.ts'

/**
 * A lane is one warm worker: a thread, a child process, anything that runs tasks one at a time. Lanes know nothing of
 * Lambda.
 */

/**
 * A task's outcome. Failures of the task travel as data: names and codes are lost when they are thrown across threads and
 * processes.
 */
export type Reply<Value> =
  | {
      readonly ok: true
      readonly value: Value
      /** Resolves when nothing of the task is left in the worker, where that is later than the reply. Never rejects. */
      readonly atRest?: Promise<void>
    }
  | { readonly ok: false; readonly error: TaskFailure; readonly atRest?: Promise<void> }

export interface TaskFailure {
  readonly errorType: string
  readonly message: string
  readonly stackTrace?: readonly string[]
  /** A finished error body, if the worker made one. */
  readonly body?: Uint8Array
  /** A finished description for tracing, if the worker made one. */
  readonly xrayCause?: string
}

export interface RunOptions {
  /** The pool kills the lane when it fires; a lane itself need not look at it. `invocation.alarm` costs less than `invocation.signal`. */
  readonly signal: Alarm
  /** Called for each part of a streamed value and awaited: back-pressure. The lane stays taken until `run` settles. */
  readonly onChunk?: (chunk: Uint8Array) => void | PromiseLike<void>
}

export interface Lane<Task, Value> {
  /** `false` once the worker is gone, or of no more use. */
  readonly alive: boolean
  /** Resolves with the reason when `alive` turns false, whether the worker was running a task or not. */
  readonly ended: Promise<Error>
  /**
   * Runs one task; called only when the lane is at rest. Rejects with {@link LaneBrokenError} if the lane itself broke: it
   * is of no use then. Any other rejection is the task's own, and the worker has seen nothing of it.
   */
  run(task: Task, options: RunOptions): Promise<Reply<Value>>
  /** Ends the worker gracefully. */
  close(): Promise<void>
  /**
   * Ends the worker at once and frees what belongs to it; also called for one that has ended by itself, and more than once.
   * Resolves when it is gone; `false` = it can't be stopped (native code in a thread).
   */
  kill(): Promise<boolean>
}

/** The worker ended while it ran a task, or broke the protocol. */
export class LaneBrokenError extends Error {
  override readonly name = 'LaneBrokenError'
  /** Exit code of the process or thread, when it exited. */
  readonly exitCode: number | undefined
  /** The signal that ended the process. */
  readonly signal: string | undefined
  /** Nothing of the task had reached the worker yet: another one can have it. */
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
 * The task was given up, but native code in its thread can't be interrupted: only a replacement of the whole process ends
 * it. A plugin lets it pass.
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
