import type { MessagePort } from 'node:worker_threads'
import type { RunOptions, TaskFailure } from '../lane/lane.ts'

/** The part of the main thread that a worker module can use while a task runs. */
export interface ThreadTools {
  /**
   * Sends a message to `onMessage` of the run; it arrives at once if the main thread is free. For log lines.
   * Structured-cloneable.
   */
  post(message: unknown): void
  /**
   * Moves memory to the main thread with the value that `run` returns, instead of copying it. The value must contain
   * it, and the thread can't use it any more.
   */
  move(memory: ArrayBuffer): void
}

/** Runs a thread's tasks. */
export interface ThreadServant<Task, Value> {
  /** Runs a task, and may block the thread; the value is structured-cloneable. */
  run(task: Task, tools: ThreadTools): Value
  close?(): void
}

/** The worker module's default export, called once per thread; if it throws, the lane's start fails. */
export type ThreadWorkerFactory<Options, Task, Value> = (
  options: Options,
) => ThreadServant<Task, Value> | PromiseLike<ThreadServant<Task, Value>>

/** The worker module's export `failure`: turns an exception of the factory or of `run` into data. */
export type ThreadFailure = (thrown: unknown) => TaskFailure

export interface ThreadPoolOptions {
  /** `file:` URL of the worker module. */
  readonly module: URL
  /** Given to the module's factory; structured-cloneable. */
  readonly options: unknown
  readonly size: number
}

export interface ThreadRunOptions extends RunOptions {
  readonly onMessage?: (message: unknown) => void
}

/**
 * Main thread → worker: a task, or the end. Tuples, because the key names of objects would be cloned with every
 * message.
 */
export type ThreadRequest = readonly [task: unknown] | readonly []

/** Worker → main thread. */
export type ThreadResponse =
  | readonly [kind: 'message', message: unknown]
  | readonly [kind: 'value', value: unknown]
  | readonly [kind: 'failure', failure: TaskFailure]

/** The start data of a thread. */
export interface ThreadStart {
  readonly port: MessagePort
  /** Counters: requests sent, responses sent, messages read by the host. Each side sleeps on the other side's. */
  readonly counters: Int32Array
  readonly module: string
  readonly options: unknown
}
