/** `@anyhandler/core/thread`: lanes for work that blocks a thread. */
export { ThreadPool } from './lane/thread.ts'
export type { ThreadPoolOptions, ThreadTools, ThreadWorker, ThreadWorkerFactory } from './lane/thread.ts'
