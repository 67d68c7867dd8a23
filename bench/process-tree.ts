import { readdirSync, readFileSync } from 'node:fs'

/** What a process and everything below it have used so far. */
export interface Usage {
  /** Seconds of CPU time, user and system, of children that have ended, too. In steps of a hundredth. */
  readonly cpu: number
  /** Proportional set size in bytes: what several processes share counts once. */
  readonly memory: number
  readonly processes: number
}

interface Stat {
  readonly parent: number
  readonly ticks: number
}

/** `getconf CLK_TCK` on every Linux that Node runs on. */
const ticksPerSecond = 100

export function cpuOf(pid: number): number {
  return treeOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
}

export function usageOf(pid: number): Usage {
  const tree = treeOf(pid)
  return {
    cpu: tree.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    memory: tree.reduce((sum, process) => sum + memoryOf(process.pid), 0),
    processes: tree.length,
  }
}

function treeOf(root: number): { readonly pid: number; readonly ticks: number }[] {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = pid > 0 ? statOf(pid) : undefined
    if (stat) all.set(pid, stat)
  }
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(all.get(pid)?.parent ?? 0))
  return [...all].filter(([pid]) => isBelow(pid)).map(([pid, { ticks }]) => ({ pid, ticks }))
}

/** Fields of `/proc/PID/stat`, counted behind the name, which may hold anything. */
function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`)
  const [, parent, , , , , , , , , , user, system, childUser, childSystem] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (parent === undefined) return undefined
  return { parent: Number(parent), ticks: Number(user) + Number(system) + Number(childUser) + Number(childSystem) }
}

function memoryOf(pid: number): number {
  return Number(/^Pss: +(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // It has ended.
    return ''
  }
}
