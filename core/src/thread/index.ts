/** `@anyhandler/core/thread`: lanes for work that blocks a thread. */
export { ThreadPool } from './thread-pool.ts'
export type {
  ThreadFailure,
  ThreadPoolOptions,
  ThreadRunOptions,
  ThreadServant,
  ThreadTools,
  ThreadWorkerFactory,
} from './thread-contract.ts'
