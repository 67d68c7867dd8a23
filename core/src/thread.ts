/** `@anyhandler/core/thread`: lanes for work that blocks a thread. */
export { ThreadPool } from './lane/thread.ts'
export type { ThreadFailure, ThreadPoolOptions, ThreadRunOptions, ThreadServant, ThreadTools, ThreadWorkerFactory } from './lane/thread.ts'
