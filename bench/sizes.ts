import type { Group, Runtime } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median, pairedRatio } from './statistics.ts'
import { percent, ratio, time } from './table.ts'
import type { Row } from './table.ts'

const sizes: readonly (readonly [string, number])[] = [
  ['1 KB', 1_000],
  ['100 KB', 100_000],
  ['5 MB', 5_000_000],
]
const turnMicros = 50_000

/** Events that go in whole and come back whole, one at a time. */
export async function eventSizes(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) {
    const runtimes = [group.ours, ...group.peers].filter((runtime) => runtime.launch('echo'))
    const processes = await Promise.all(
      runtimes.map(async (runtime) => ({ runtime, process: await RuntimeProcess.start(runtime.launch('echo')!) })),
    )
    try {
      for (const [label, bytes] of sizes)
        rows.push(...(await oneSize(`${group.name}, ${label}`, processes, eventOf(bytes), rounds)))
    } finally {
      await Promise.all(processes.map(({ process }) => process.stop()))
    }
  }
  return rows
}

async function oneSize(
  what: string,
  processes: readonly { readonly runtime: Runtime; readonly process: RuntimeProcess }[],
  event: Buffer,
  rounds: number,
): Promise<readonly Row[]> {
  const contestants = []
  const absent: Row[] = []
  for (const { runtime, process } of processes) {
    const { times, lastAnswer } = await process.burst({ events: 5, event })
    if (lastAnswer.length < event.length) {
      const fault = `its answer has ${lastAnswer.length} bytes, the event ${event.length}`
      if (contestants.length === 0) throw new Error(`${what}, ${runtime.name}: ${fault}`)
      // A runtime that gives its handler no event, say.
      absent.push({ what, runtime: `${runtime.name}: ${fault}` })
      continue
    }
    contestants.push({
      runtime,
      process,
      events: Math.max(1, Math.round(turnMicros / median(times))),
      medians: [] as number[],
      count: 0,
      total: 0,
      generator: 0,
    })
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const { times, total, generatorCpu } = await contestant.process.burst({ events: contestant.events, event })
      contestant.medians.push(median(times))
      contestant.count += times.length
      contestant.total += total
      contestant.generator += generatorCpu
    }
  }
  const [ours] = contestants
  const rows = contestants.map((contestant) => ({
    what,
    runtime: contestant.runtime.name,
    median: time(median(contestant.medians)),
    perSecond: ((contestant.count / contestant.total) * 1e6).toFixed(0),
    generator: percent(contestant.generator / contestant.total),
    ratio: ours && contestant !== ours ? ratio(pairedRatio(ours.medians, contestant.medians)) : undefined,
  }))
  return [...rows, ...absent]
}

/** A JSON object with some structure, so that whoever parses it has something to do. */
function eventOf(bytes: number): Buffer {
  const item = { id: 1234, name: 'Grüße aus dem Norden', tags: ['a', 'b', 'c'], price: 12.5, sold: true }
  const each = Buffer.byteLength(JSON.stringify(item)) + 1
  return Buffer.from(
    JSON.stringify({ items: Array.from({ length: Math.max(1, Math.round(bytes / each)) }, () => item) }),
  )
}
