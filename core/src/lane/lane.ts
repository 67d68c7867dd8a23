/**
 * A lane is one warm worker: a thread or a child process. Lanes know nothing of Lambda; they run tasks, one at a time.
 */

/**
 * A task's outcome. Failures of the task travel as data: names and codes are lost when thrown across threads and processes. `settled` resolves when the lane is at rest, if
 * it isn't yet.
 */
export type Reply<Value> =
  | { readonly ok: true; readonly value: Value; readonly settled?: Promise<void> }
  | { readonly ok: false; readonly error: TaskFailure }

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
  /** The pool kills the lane when it fires; a lane itself need not look at it. */
  readonly signal: AbortSignal
  /** Called for each part of a streamed value and awaited: back-pressure. The lane stays taken until `run` settles. */
  readonly onChunk?: (chunk: Uint8Array) => void | PromiseLike<void>
}

export interface Lane<Task, Value> {
  /** `false` once the worker is gone, whether it was running a task or not. */
  readonly alive: boolean
  /** Runs one task. Rejects only if the lane itself broke; it is of no use then. */
  run(task: Task, options: RunOptions): Promise<Reply<Value>>
  /** Ends the worker gracefully. */
  close(): Promise<void>
  /** Ends the worker at once; resolves when it is gone, `false` = it can't be stopped (native code in a thread). */
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
 * The task was given up, but native code in its thread can't be interrupted: only a replacement of the whole process ends it.
 * A plugin lets it pass.
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
