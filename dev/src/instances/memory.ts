import { readdirSync, readFileSync } from 'node:fs'

/**
 * MiB that a process and all below it hold in memory of their own, pages of files not counted: those are shared with
 * everything else on this machine. 0 when nothing of it runs.
 */
export function memoryOf(pid: number): number {
  let kibibytes = 0
  for (const id of treeOf(pid)) {
    const status = read(`/proc/${id}/status`)
    for (const name of ['RssAnon', 'RssShmem'])
      kibibytes += Number(new RegExp(`^${name}:\\s+(?<size>\\d+) kB`, 'm').exec(status)?.groups?.['size'] ?? 0)
  }
  return kibibytes / 1024
}

/** A process and all below it. */
function treeOf(pid: number): readonly number[] {
  const found = [pid]
  for (const id of found) found.push(...childrenOf(id))
  return found
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
