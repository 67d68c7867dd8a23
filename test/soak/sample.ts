import { setTimeout as sleep } from 'node:timers/promises'
import { descriptorsOf, memoryOf, treeOf } from '../support/processes.ts'

/** What a runtime and all its processes hold. */
export interface Sample {
  readonly processes: number
  /** Of the first process, and of the other one that has the most: the number of processes changes between events. */
  readonly descriptors: number
  /** Resident memory of all processes, in MiB. */
  readonly memory: number
  /** Of the first process alone. */
  readonly host: number
  /** Memory that belongs to no file, of the first process and of all. In KiB. */
  readonly anonymous: { readonly host: number; readonly all: number }
}

const looks = 8
const pauseMs = 25

/**
 * The process and all its descendants, at rest: the least of several looks, since the process of an ended event may be
 * on its way out while that of the next one is there already.
 */
export async function sample(pid: number): Promise<Sample> {
  let least = look(pid)
  for (let count = 1; count < looks; count++) {
    await sleep(pauseMs)
    const { processes, descriptors, memory, host, anonymous } = look(pid)
    least = {
      processes: Math.min(least.processes, processes),
      descriptors: Math.min(least.descriptors, descriptors),
      memory: Math.min(least.memory, memory),
      host: Math.min(least.host, host),
      anonymous: anonymous.all < least.anonymous.all ? anonymous : least.anonymous,
    }
  }
  return least
}

function look(pid: number): Sample {
  const family = treeOf(pid).map((process) => process.pid)
  const sum = (of: (member: number) => number): number => family.reduce((total, member) => total + of(member), 0)
  const memory = sum((member) => memoryOf(member).resident)
  const kibOf = (member: number): number => memoryOf(member).anonymous / 1_024
  return {
    processes: family.length,
    descriptors: descriptorsOf(pid) + Math.max(0, ...family.filter((member) => member !== pid).map(descriptorsOf)),
    memory: inMiB(memory),
    host: inMiB(memoryOf(pid).resident),
    anonymous: { host: kibOf(pid), all: sum(kibOf) },
  }
}

function inMiB(bytes: number): number {
  return Math.round(bytes / 104_857.6) / 10
}

/** How much values have grown from the first to the last, by the line that fits them best. */
export function growth(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const [up, across] = values.reduce(
    ([over, wide], value, index) => [over + (index - middle) * (value - mean), wide + (index - middle) ** 2],
    [0, 0],
  )
  return across === 0 ? 0 : (up / across) * (values.length - 1)
}
