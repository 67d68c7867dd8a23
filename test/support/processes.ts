import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Looks at processes through `/proc`. A process that ends meanwhile reads as one that has nothing. */

/** Of `/proc/PID/stat`. */
export interface ProcessStat {
  readonly pid: number
  /** `R`, `S`, `T`, `Z` … */
  readonly state: string
  readonly parent: number
  readonly session: number
  /** Processor time of its own, user and system; 100 a second. */
  readonly ticks: number
  /** That of its children that have ended. */
  readonly childTicks: number
}

/** In bytes. */
export interface ProcessMemory {
  readonly resident: number
  /** What several processes share counts once. */
  readonly proportional: number
  /** Of that, what belongs to no file: files' pages count less when others use them, too. */
  readonly anonymous: number
}

/** `getconf CLK_TCK` on every Linux that Node runs on. */
export const ticksPerSecond = 100

export function statOf(pid: number): ProcessStat | undefined {
  const text = read(pid, 'stat')
  // The name before the state may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent, , session] = fields
  if (parent === undefined) return undefined
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number) as [number, number, number, number]
  return {
    pid,
    state,
    parent: Number(parent),
    session: Number(session),
    ticks: user + system,
    childTicks: childUser + childSystem,
  }
}

/** Whether a process runs, zombies excluded. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** A process and everything below it, zombies included. */
export function treeOf(root: number): readonly ProcessStat[] {
  const all = new Map(
    allPids().flatMap((pid) => {
      const stat = statOf(pid)
      return stat ? [[pid, stat] as const] : []
    }),
  )
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(all.get(pid)?.parent ?? 0))
  return [...all.values()].filter(({ pid }) => isBelow(pid))
}

/** Program and arguments, each with a NUL behind it. Empty for a zombie. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline')
}

/** Processes on the machine, this one excluded, whose command line holds the text. */
export function processesWithCommand(text: string): number[] {
  return processesWith('cmdline', text)
}

/** Processes on the machine, this one excluded, whose environment, as it was at their start, holds the text. */
export function processesWithVariable(text: string): number[] {
  return processesWith('environ', text)
}

/** How many descriptors a process has open. */
export function descriptorsOf(pid: number): number {
  return list(pid, 'fd').length
}

export function memoryOf(pid: number): ProcessMemory {
  const text = read(pid, 'smaps_rollup')
  const bytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024
  return { resident: bytes('Rss'), proportional: bytes('Pss'), anonymous: bytes('Pss_Anon') }
}

/**
 * Seconds of processor time of a process's live threads, up to the last tick of the clock, in steps of a nanosecond.
 */
export function threadSeconds(pid: number): number {
  const nanoseconds = list(pid, 'task').map((thread) => Number(read(pid, `task/${thread}/schedstat`).split(' ', 1)[0]))
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9
}

/** The name of a process's program; empty if the process has gone. */
export function programOf(pid: number): string {
  return read(pid, 'comm').trimEnd()
}

function processesWith(file: 'cmdline' | 'environ', text: string): number[] {
  return allPids().filter((pid) => pid !== process.pid && read(pid, file).includes(text))
}

function allPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function list(pid: number, folder: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/${folder}`)
  } catch {
    return []
  }
}

/** Gives a process only so many further descriptors. @param count Infinity: as many as it may have */
export function leaveDescriptors(pid: number, count: number): void {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let limit = 0
  for (let free = 0; free < count && limit < 1_024; limit++) if (!open.has(limit)) free += 1
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${limit}:`])
}
