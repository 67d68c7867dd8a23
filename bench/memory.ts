import { setTimeout as sleep } from 'node:timers/promises'
import type { Group, Runtime } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median } from './statistics.ts'
import { size } from './table.ts'
import type { Row } from './table.ts'

const event = Buffer.from('{"name":"World"}')
const early = 1_000
const events = 10_000
/** Lets what a runtime does after its first answer end. */
const restMs = 300

/** Memory of all of a runtime's processes, what they share counted once: after the first event, and after many. */
export async function memory(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  return [...(await afterFirst(groups, rounds)), ...(await afterMany(groups))]
}

/**
 * After its first event, beside a bare Node loop that has had one, too. They run the same Node file, so that they share
 * its pages alike.
 */
async function afterFirst(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const { name, ours, peers, bare } of groups) {
    const runtimes = [ours, ...bare, ...peers].filter((runtime) => runtime.launch('hello'))
    const taken = new Map(runtimes.map((runtime) => [runtime, [] as number[]]))
    for (let round = 0; round < rounds; round++)
      for (const [runtime, bytes] of taken) bytes.push(await bytesAfterFirst(runtime))
    const bareBytes = bare[0] && taken.get(bare[0])
    for (const [runtime, bytes] of taken) {
      const more = bareBytes && median(bytes.map((own, round) => own - (bareBytes[round] ?? Number.NaN))) / 2 ** 20
      rows.push({
        what: `${name}, memory after the first event`,
        runtime: runtime.name,
        median: size(median(bytes)),
        ...((runtime === ours || bare.indexOf(runtime) > 0) &&
          more !== undefined && { ratio: `${more.toFixed(1)} MB over the bare Node loop` }),
      })
    }
  }
  return rows
}

async function bytesAfterFirst(runtime: Runtime): Promise<number> {
  const process = await RuntimeProcess.start(runtime.launch('hello')!)
  try {
    await process.burst({ events: 1, event })
    await sleep(restMs)
    return process.usage().memory
  } finally {
    await process.stop()
  }
}

/** And what the last nine thousand events have added. */
async function afterMany(groups: readonly Group[]): Promise<readonly Row[]> {
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
