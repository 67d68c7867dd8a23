/** `@anyhandler/core/thread`: lanes for work that blocks a thread. */
export { ThreadPool } from './thread-lane.ts'
export type {
  ThreadFailure,
  ThreadPoolOptions,
  ThreadRunOptions,
  ThreadServant,
  ThreadTools,
  ThreadWorkerFactory,
} from './thread-lane.ts'
