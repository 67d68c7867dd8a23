import type { Awaitable } from '../contract.ts'
import type { Reply, RunOptions, TaskFailure } from './lane.ts'

/** What a worker module can reach of the main thread while a task runs. */
export interface ThreadTools {
  /** Sends a message to `onMessage` of the run at once, before the task ends: log lines. Structured-cloneable. */
  post(message: unknown): void
}

/** Runs a task and blocks the thread as long as it likes. A throw is passed on by `failure`. */
export type ThreadWorker<Task, Value> = (task: Task, tools: ThreadTools) => Value

/** The default export of the worker module: called once per thread, its throw makes the lane's start fail. */
export type ThreadWorkerFactory<Options, Task, Value> = (options: Options) => Awaitable<{
  readonly run: ThreadWorker<Task, Value>
  /** Turns what `run` or the factory threw into data. */
  failure(thrown: unknown): TaskFailure
  close?(): void
}>

export interface ThreadPoolOptions {
  /** `file:` URL of the worker module. */
  readonly module: URL
  /** Given to the module's factory; structured-cloneable. */
  readonly options: unknown
  readonly size: number
}

/** Warm threads that run a module's tasks, one at a time each. */
export declare class ThreadPool<Task, Value> {
  constructor(options: ThreadPoolOptions)
  /** Starts all threads; rejects with a `HandlerError` made of `failure()` if the module's factory throws. */
  start(): Promise<void>
  run(task: Task, options: RunOptions & { readonly onMessage?: (message: unknown) => void }): Promise<Reply<Value>>
  close(): Promise<void>
}
