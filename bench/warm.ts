import type { Group, Runtime } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median, pairedRatio, quantile } from './statistics.ts'
import { percent, ratio, time } from './table.ts'
import type { Row } from './table.ts'

/** A warm runtime and what it took so far. */
interface Contestant {
  readonly runtime: Runtime
  readonly process: RuntimeProcess
  /** Events in each of its turns. */
  readonly events: number
  readonly medians: number[]
  readonly times: number[]
  total: number
  generator: number
  cpu: number
}

const event = Buffer.from('{"name":"World"}')
const warmUp = 400
/** How long one turn takes. Short, so that drift hits all alike. */
const turnMicros = 60_000

/** Warm events, one at a time: all runtimes are up, and each has its turn in every round. */
export async function warm(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) rows.push(...(await warmGroup(group, rounds)))
  return rows
}

async function warmGroup(group: Group, rounds: number): Promise<readonly Row[]> {
  const what = `${group.name}, warm`
  const contestants: Contestant[] = []
  const absent: Row[] = []
  try {
    for (const runtime of [group.ours, ...group.peers]) {
      const contestant = await enter(runtime)
      if (contestant) contestants.push(contestant)
      else absent.push({ what, runtime: `${runtime.name}: ${runtime.missing ?? 'has no such handler'}` })
    }
    for (let round = 0; round < rounds; round++) {
      for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) await turn(contestant)
    }
    for (const contestant of contestants) contestant.cpu = contestant.process.usage().cpu - contestant.cpu
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.process.stop()))
  }
  return [...contestants.map((contestant) => rowOf(what, contestant, contestants[0] as Contestant)), ...absent]
}

async function enter(runtime: Runtime): Promise<Contestant | undefined> {
  const launch = runtime.launch('hello')
  if (!launch) return undefined
  const process = await RuntimeProcess.start(launch)
  try {
    await process.burst({ events: warmUp, event })
    const { times } = await process.burst({ events: warmUp, event })
    const events = Math.max(20, Math.round(turnMicros / median(times)))
    return { runtime, process, events, medians: [], times: [], total: 0, generator: 0, cpu: process.usage().cpu }
  } catch (error) {
    await process.stop()
    throw error
  }
}

async function turn(contestant: Contestant): Promise<void> {
  const { times, total, generatorCpu } = await contestant.process.burst({ events: contestant.events, event })
  contestant.medians.push(median(times))
  contestant.times.push(...times)
  contestant.total += total
  contestant.generator += generatorCpu
}

function rowOf(what: string, contestant: Contestant, ours: Contestant): Row {
  const { runtime, times, medians, total, generator } = contestant
  const count = times.length
  const row: Row = {
    what,
    runtime: runtime.name,
    median: time(median(medians)),
    p99: time(quantile(times, 0.99)),
    perSecond: ((count / total) * 1e6).toFixed(0),
    cpu: time(cpuOfEvent(contestant)),
    generator: percent(generator / total),
  }
  if (contestant === ours) return row
  return {
    ...row,
    ratio: ratio(pairedRatio(ours.medians, medians), runtime.warmTarget),
    cpuRatio: ratio(cpuOfEvent(ours) / cpuOfEvent(contestant)),
  }
}

function cpuOfEvent({ cpu, times }: Contestant): number {
  return (cpu / times.length) * 1e6
}
