import { setTimeout as sleep } from 'node:timers/promises'
import type { Group, Runtime } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median, pairedRatio, quantile } from './statistics.ts'
import { ratio, time } from './table.ts'
import type { Row } from './table.ts'

interface Contestant {
  readonly runtime: Runtime
  readonly process: RuntimeProcess
}

/** What a runtime took, in microseconds. */
interface Taken {
  readonly runtime: Runtime
  readonly times: number[]
  /** Of all its processes, for an event. */
  cpu: number
}

const event = Buffer.from('{"name":"World"}')
const warmUp = 1_000
/** Milliseconds before each event, and how many events each runtime gets in a round of the table. */
const rhythms = [
  { pauseMs: 1, events: 30 },
  { pauseMs: 10, events: 20 },
  { pauseMs: 100, events: 4 },
] as const
/** The rhythm that the goals are for. */
const aimedMs = 10
const firstEvents = 10
/**
 * Two fresh processes of a runtime differ by a third. The ratio of a run with 8 starts of each was off by a tenth, with
 * 32 by 0.04 at most.
 */
const startsInARound = 8

/**
 * Events that come alone: the runtimes of a group stand side by side, and each in turn gets one event after a pause. So
 * each event finds the processor asleep, and its caches filled by others.
 */
export async function spaced(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) {
    rows.push(...(await firstOnes(group, startsInARound * rounds)))
    rows.push(...(await withPauses(group, rounds)))
  }
  return rows
}

/** Fresh processes, whose first events come back to back. */
async function firstOnes(group: Group, rounds: number): Promise<readonly Row[]> {
  const runtimes = present(group)
  const taken: readonly Taken[] = runtimes.map((runtime) => ({ runtime, times: [], cpu: Number.NaN }))
  for (let round = 0; round < rounds; round++) {
    for (const { runtime, times } of inTurn(taken, round)) {
      const process = await start(runtime)
      try {
        times.push(median((await process.burst({ events: firstEvents, event })).times))
      } finally {
        await process.stop()
      }
    }
  }
  return taken.map((one) => rowOf(`${group.name}, first ${firstEvents} events`, one, taken, false))
}

async function withPauses(group: Group, rounds: number): Promise<readonly Row[]> {
  const contestants: Contestant[] = []
  try {
    for (const runtime of present(group)) contestants.push({ runtime, process: await start(runtime) })
    for (const { process } of contestants) await process.burst({ events: warmUp, event })
    const rows: Row[] = []
    for (const { pauseMs, events } of rhythms) {
      const taken = await oneRhythm(contestants, pauseMs, events * rounds)
      const what = `${group.name}, one event every ${pauseMs} ms`
      rows.push(...taken.map((one) => rowOf(what, one, taken, pauseMs === aimedMs)))
    }
    return rows
  } finally {
    await Promise.all(contestants.map(({ process }) => process.stop()))
  }
}

async function oneRhythm(
  contestants: readonly Contestant[],
  pauseMs: number,
  events: number,
): Promise<readonly Taken[]> {
  const all = contestants.map(({ runtime, process }) => ({
    process,
    taken: { runtime, times: [] as number[], cpu: 0 },
  }))
  for (const { process, taken } of all) taken.cpu = process.cpuSeconds()
  for (let count = 0; count < events; count++) {
    for (const { process, taken } of inTurn(all, count)) {
      await sleep(pauseMs)
      taken.times.push(...(await process.burst({ events: 1, event })).times)
    }
  }
  // What a runtime does after an answer is the event's, too.
  await sleep(pauseMs)
  for (const { process, taken } of all) taken.cpu = ((process.cpuSeconds() - taken.cpu) / events) * 1e6
  return all.map(({ taken }) => taken)
}

function present({ ours, peers, bare }: Group): readonly Runtime[] {
  return [ours, ...peers, ...bare].filter((runtime) => runtime.launch('hello'))
}

function start(runtime: Runtime): Promise<RuntimeProcess> {
  return RuntimeProcess.start(runtime.launch('hello')!)
}

/** Forth and back, so that nobody is always the one behind the same other. */
function inTurn<One>(all: readonly One[], round: number): readonly One[] {
  return round % 2 === 0 ? all : all.toReversed()
}

function rowOf(what: string, { runtime, times, cpu }: Taken, all: readonly Taken[], isAimed: boolean): Row {
  const [ours] = all as readonly [Taken]
  const row: Row = {
    what,
    runtime: runtime.name,
    median: time(median(times)),
    ...(times.length >= 100 && { p99: time(quantile(times, 0.99)) }),
    ...(!Number.isNaN(cpu) && { cpu: time(cpu) }),
  }
  if (runtime === ours.runtime) return row
  return {
    ...row,
    ratio: ratio(pairedRatio(ours.times, times), isAimed ? runtime.spacedTarget : undefined),
    ...(!Number.isNaN(cpu) && { cpuRatio: ratio(ours.cpu / cpu) }),
  }
}
