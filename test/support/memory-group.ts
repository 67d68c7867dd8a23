import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** A group of processes with a limit of memory, swap included. */
export interface MemoryGroup {
  /** For a shell that joins it: `echo $$ >FILE`. */
  readonly joins: string
  /** Of version 1 or 2 of Linux's control groups. */
  readonly version: 1 | 2
  /** What its processes hold that can't be dropped, in bytes. */
  held(): number
}

const files = {
  1: {
    root: '/sys/fs/cgroup/memory',
    limits: ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'],
    held: /^rss (\d+)/m,
  },
  2: { root: '/sys/fs/cgroup', limits: ['memory.max'], held: /^anon (\d+)/m },
} as const

const version = existsSync(files[1].root) ? 1 : 2

/** Why no group can be made here; undefined when one can. */
export const cannotLimitMemory = ((): string | undefined => {
  const folder = join(files[version].root, `anyhandler-test-${process.pid}`)
  try {
    mkdirSync(folder)
    const hasLimit = existsSync(join(folder, files[version].limits[0]))
    rmdirSync(folder)
    return hasLimit ? undefined : 'the memory controller is not on'
  } catch (error) {
    return `control groups can't be made: ${(error as Error).message}`
  }
})()

/** Makes a group for the time of one test. */
export function memoryGroup(limit: number): MemoryGroup {
  const { root, limits, held } = files[version]
  const folder = join(root, `anyhandler-test-${process.pid}-${Math.trunc(performance.now())}`)
  mkdirSync(folder)
  for (const name of limits) if (existsSync(join(folder, name))) writeFileSync(join(folder, name), String(limit))
  if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0')
  onTestFinished(async () => {
    for (let tries = 0; tries < 100; tries++) {
      try {
        rmdirSync(folder)
        return
      } catch {
        // Its last processes are still ending.
        await sleep(20)
      }
    }
  })
  return {
    joins: join(folder, 'cgroup.procs'),
    version,
    held: () => Number(held.exec(readFileSync(join(folder, 'memory.stat'), 'utf8'))?.[1] ?? 0),
  }
}
