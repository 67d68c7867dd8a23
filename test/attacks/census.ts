import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, descriptorsOf, isAlive, processesWithVariable, treeOf } from '../support/processes.ts'

/** What a host holds. */
export interface Census {
  /** Command lines of the processes, the host's own excluded. */
  readonly processes: readonly string[]
  /** Of all processes together. */
  readonly descriptors: number
  /** In the host's private folder, folders included. */
  readonly files: number
  /** It would be ended with its drivers: the watcher is there. */
  readonly isWatched: boolean
}

/** Where a host runs. */
export interface Place {
  readonly host: number
  /** Processes of the sandbox that aren't the host's. */
  readonly outside: readonly number[]
  /** The host's process namespace; `undefined` where it has none of its own. */
  readonly namespace: string | undefined
  /** The host's TMPDIR. */
  readonly tmp: string
}

export function takeCensus({ host, outside, namespace, tmp }: Place): Census {
  // Where it has no namespace of its own: its tree, and what carries its mark.
  const all =
    namespace === undefined
      ? [...treeOf(host).map(({ pid }) => pid), ...processesWithVariable(`ANYHANDLER_MARK=${host}.`)]
      : processesIn(namespace)
  const living = [...new Set(all)].filter((pid) => !outside.includes(pid) && isAlive(pid))
  const folders = readdirSync(tmp).filter((name) => name.startsWith('anyhandler-'))
  return {
    processes: living
      .filter((pid) => pid !== host)
      .map((pid) => `${pid} ${commandOf(pid).replaceAll('\0', ' ').slice(0, 80)}`),
    descriptors: living.reduce((sum, pid) => sum + descriptorsOf(pid), 0),
    files: folders.reduce((sum, name) => sum + entries(join(tmp, name)), 0),
    isWatched: living.some((pid) => commandOf(pid).includes('\0anyhandler-watcher\0')),
  }
}

/** The host's most memory until now, in bytes. */
export function peakOf(host: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${host}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** `pid:[4026531836]`; `undefined` for a process that has ended. */
export function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}

function processesIn(namespace: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && namespaceOf(pid) === namespace)
}

function entries(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true }).length + 1
  } catch {
    return 0
  }
}
