import type { Group } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { size } from './table.ts'
import type { Row } from './table.ts'

const event = Buffer.from('{"name":"World"}')
const early = 1_000
const events = 10_000

/** Memory of all of a runtime's processes, what they share counted once, after so many events; and what the last nine thousand have added. */
export async function memory(groups: readonly Group[]): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) {
    for (const runtime of [group.ours, ...group.peers]) {
      const launch = runtime.launch('hello')
      if (!launch) continue
      const process = await RuntimeProcess.start(launch)
      try {
        await process.burst({ events: early, event })
        const before = process.usage()
        await process.burst({ events: events - early, event })
        const after = process.usage()
        const growth = Math.max(0, after.memory - before.memory) / (events - early)
        rows.push({
          what: `${group.name}, memory after ${events} events`,
          runtime: `${runtime.name} (${after.processes} ${after.processes === 1 ? 'process' : 'processes'})`,
          median: size(after.memory),
          ratio: `+ ${growth.toFixed(0)} bytes an event`,
        })
      } finally {
        await process.stop()
      }
    }
  }
  return rows
}
