import { memoryOf, threadSeconds, ticksPerSecond, treeOf } from '../test/support/processes.ts'

/** What a process and everything below it have used so far. */
export interface Usage {
  /** Seconds of CPU time, user and system, of children that have ended, too. In steps of a hundredth. */
  readonly cpu: number
  /** Proportional set size in bytes: what several processes share counts once. */
  readonly memory: number
  readonly processes: number
}

/**
 * Seconds of CPU time of a process and everything below it. Finer than hundredths for threads that are alive; of
 * children that have ended, in hundredths.
 */
export function cpuOf(pid: number): number {
  return treeOf(pid).reduce(
    (sum, process) =>
      sum + Math.max(process.ticks / ticksPerSecond, threadSeconds(process.pid)) + process.childTicks / ticksPerSecond,
    0,
  )
}

export function usageOf(pid: number): Usage {
  const tree = treeOf(pid)
  return {
    cpu: tree.reduce((sum, { ticks, childTicks }) => sum + ticks + childTicks, 0) / ticksPerSecond,
    memory: tree.reduce((sum, process) => sum + memoryOf(process.pid).proportional, 0),
    processes: tree.length,
  }
}
