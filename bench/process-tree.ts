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
  readonly pid: number
  readonly parent: number
  /** Its own and those of children that have ended. */
  readonly ticks: number
  readonly childTicks: number
}

/** `getconf CLK_TCK` on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Seconds of CPU time of a process that has just started and everything below it, finer than hundredths: of threads that are alive, and of children that have ended. */
export function cpuAtStart(pid: number): number {
  return treeOf(pid).reduce(
    (sum, process) =>
      sum + Math.max(process.ticks / ticksPerSecond, process.childTicks / ticksPerSecond + threadSeconds(process.pid)),
    0,
  )
}

/** The process and everything below it. */
export function pidsOf(pid: number): readonly number[] {
  return treeOf(pid).map((process) => process.pid)
}

export function isAlive(pid: number): boolean {
  return statOf(pid) !== undefined
}

export function usageOf(pid: number): Usage {
  const tree = treeOf(pid)
  return {
    cpu: tree.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    memory: tree.reduce((sum, process) => sum + memoryOf(process.pid), 0),
    processes: tree.length,
  }
}

function treeOf(root: number): Stat[] {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = pid > 0 ? statOf(pid) : undefined
    if (stat) all.set(pid, stat)
  }
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(all.get(pid)?.parent ?? 0))
  return [...all.values()].filter(({ pid }) => isBelow(pid))
}

/** Fields of `/proc/PID/stat`, counted behind the name, which may hold anything. */
function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`)
  const [, parent, , , , , , , , , , user, system, childUser, childSystem] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
  if (parent === undefined) return undefined
  const childTicks = Number(childUser) + Number(childSystem)
  return { pid, parent: Number(parent), ticks: Number(user) + Number(system) + childTicks, childTicks }
}

/** First field of `schedstat`: nanoseconds on a CPU, up to the last tick of the clock. */
function threadSeconds(pid: number): number {
  let threads: string[]
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    return 0
  }
  return (
    threads.reduce((sum, thread) => sum + Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ', 1)[0]), 0) /
    1e9
  )
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
