import type { MessagePort } from 'node:worker_threads'
import type { RunOptions, TaskFailure } from '../lane/lane.ts'

/** What a worker module can reach of the main thread while a task runs. */
export interface ThreadTools {
  /** Hands a message to `onMessage` of the run, at once while the main thread is free: log lines. Structured-cloneable. */
  post(message: unknown): void
}

/** What serves a thread's tasks. */
export interface ThreadServant<Task, Value> {
  /** Runs a task and blocks the thread as long as it likes; the value is structured-cloneable. */
  run(task: Task, tools: ThreadTools): Value
  close?(): void
}

/** The worker module's default export: called once per thread; its throw makes the lane's start fail. */
export type ThreadWorkerFactory<Options, Task, Value> = (
  options: Options,
) => ThreadServant<Task, Value> | PromiseLike<ThreadServant<Task, Value>>

/** The worker module's export `failure`: turns what the factory or `run` threw into data. */
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

/** Main thread → worker: a task, or nothing more. Tuples, because the names of keys would be cloned with every message. */
export type ThreadRequest = readonly [task: unknown] | readonly []

/** Worker → main thread. */
export type ThreadResponse =
  | readonly [kind: 'message', message: unknown]
  | readonly [kind: 'value', value: unknown]
  | readonly [kind: 'failure', failure: TaskFailure]

/** What a thread is started with. */
export interface ThreadStart {
  readonly port: MessagePort
  /** Two counters: requests sent, responses sent. Each side sleeps on the other's. */
  readonly counters: Int32Array
  readonly module: string
  readonly options: unknown
}
