import type { Lane, Reply, RunOptions } from './lane.ts'

/** Keeps `size` lanes warm, hands each task to a free one and replaces those that broke. */
export declare class LanePool<Task, Value> {
  constructor(open: () => Promise<Lane<Task, Value>>, size: number)
  /** Opens all lanes; rejects with the first failure. */
  start(): Promise<void>
  /**
   * Runs the task on a free lane, or waits for one.
   *
   * When `signal` fires the lane is killed and replaced, and the call rejects with the signal's reason; if the lane can't be killed it rejects with
   * {@link LaneStuckError}. When the lane broke it is replaced and the call rejects with what the lane said.
   */
  run(task: Task, options: RunOptions): Promise<Reply<Value>>
  /** Ends all lanes; running tasks are killed. */
  close(): Promise<void>
}
