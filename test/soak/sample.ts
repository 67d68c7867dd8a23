import { readdirSync, readFileSync } from 'node:fs'

/** What a runtime and all its processes hold. */
export interface Sample {
  readonly processes: number
  readonly descriptors: number
  /** Resident memory of all processes, in MiB. */
  readonly memory: number
}

/** The process and all its descendants; bash forks its next event's process ahead, so the largest of several looks counts. */
export function sample(pid: number): Sample {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : ''
    if (stat) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const family = new Set([pid])
  for (let size = 0; size !== family.size; ) {
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
