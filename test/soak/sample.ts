import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

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
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : ''
    if (stat) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const family = new Set([pid])
  for (let size = 0; size !== family.size;) {
    size = family.size
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child)
  }
  let memory = 0
  for (const member of family) memory += Number(/^Rss:\s+(\d+)/m.exec(read(`/proc/${member}/smaps_rollup`))?.[1] ?? 0)
  let descriptors = 0
  for (const member of family) descriptors += list(`/proc/${member}/fd`).length
  return { processes: family.size, descriptors, memory: Math.round(memory / 102.4) / 10 }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
