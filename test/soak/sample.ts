import { setTimeout as sleep } from 'node:timers/promises'
import { descriptorsOf, memoryOf, treeOf } from '../support/processes.ts'

/** What a runtime and all its processes hold. */
export interface Sample {
  readonly processes: number
  readonly descriptors: number
  /** Resident memory of all processes, in MiB. */
  readonly memory: number
}

const looks = 8
const pauseMs = 25

/**
 * The process and all its descendants, at rest: the least of several looks, since the process of an ended event may be on its way out while that of
 * the next one is there already.
 */
export async function sample(pid: number): Promise<Sample> {
  let least = look(pid)
  for (let count = 1; count < looks; count++) {
    await sleep(pauseMs)
    const { processes, descriptors, memory } = look(pid)
    least = {
      processes: Math.min(least.processes, processes),
      descriptors: Math.min(least.descriptors, descriptors),
      memory: Math.min(least.memory, memory),
    }
  }
  return least
}

function look(pid: number): Sample {
  const family = treeOf(pid).map((process) => process.pid)
  const sum = (of: (member: number) => number): number => family.reduce((total, member) => total + of(member), 0)
  const memory = sum((member) => memoryOf(member).resident)
  return { processes: family.length, descriptors: sum(descriptorsOf), memory: Math.round(memory / 104_857.6) / 10 }
}
