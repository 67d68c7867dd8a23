import { setTimeout as sleep } from 'node:timers/promises'
import type { Group, Runtime } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import type { Launch } from './runtime-process.ts'
import { SmallFunction } from './small-function.ts'
import { median, pairedRatio, quantile } from './statistics.ts'
import { ratio, size, time } from './table.ts'
import type { Row } from './table.ts'

interface Contestant {
  readonly runtime: Runtime
  readonly starts: number[]
  readonly times: number[]
  peak: number
  killed: number
}

const megabytes = 128
const event = Buffer.from('{"name":"World"}')
/** Events of a start, and the milliseconds before each. */
const events = 20
const pauseMs = 100

/**
 * A function with 128 MB: so much memory, and 7 % of a processor. As on Lambda the start may use a whole processor.
 * Each round starts each runtime anew, gives it its first event at once and then one every 100 ms.
 */
export async function small(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) {
    const contestants = [group.ours, ...group.peers, ...group.bare]
      .filter((runtime) => runtime.launch('hello'))
      .map((runtime): Contestant => ({ runtime, starts: [], times: [], peak: 0, killed: 0 }))
    for (let round = 0; round < rounds; round++)
      for (const one of round % 2 === 0 ? contestants : contestants.toReversed()) {
        const fault = await measure(one)
        if (fault !== undefined) return [{ what: `a function with ${megabytes} MB`, runtime: fault }]
      }
    const [ours] = contestants as [Contestant]
    rows.push(
      ...contestants.map((one) => startRow(group, one, ours)),
      ...contestants.map((one) => eventRow(group, one, ours)),
    )
  }
  return rows
}

/** @returns why it can't be measured here */
async function measure(one: Contestant): Promise<string | undefined> {
  let held: SmallFunction
  try {
    held = new SmallFunction(`anyhandler-bench-${process.pid}`, megabytes)
  } catch (error) {
    return `not here (${(error as Error).message})`
  }
  try {
    const launch = one.runtime.launch('hello')!
    const runtime = await start({ ...launch, command: [...held.command, ...launch.command] }, one)
    try {
      held.giveProcessor(false)
      for (let count = 0; count < events; count++) {
        await sleep(pauseMs)
        one.times.push(...(await runtime.burst({ events: 1, event })).times)
      }
    } finally {
      held.giveProcessor(true)
      one.peak = Math.max(one.peak, held.peak)
      one.killed += held.killed
      await runtime.stop()
    }
  } finally {
    await held.remove()
  }
  return undefined
}

async function start(launch: Launch, { starts }: Contestant): Promise<RuntimeProcess> {
  const begun = performance.now()
  const runtime = await RuntimeProcess.start(launch)
  await runtime.burst({ events: 1, event })
  starts.push((performance.now() - begun) * 1_000)
  return runtime
}

function startRow({ name }: Group, { runtime, starts, peak, killed }: Contestant, ours: Contestant): Row {
  return {
    what: `${name}, ${megabytes} MB, start to first answer`,
    runtime: `${runtime.name} (at most ${size(peak)}${killed > 0 ? `, ${killed} killed` : ''})`,
    median: time(median(starts)),
    ...(runtime !== ours.runtime && { ratio: ratio(pairedRatio(ours.starts, starts)) }),
  }
}

function eventRow({ name }: Group, { runtime, times }: Contestant, ours: Contestant): Row {
  return {
    what: `${name}, ${megabytes} MB, one event every ${pauseMs} ms`,
    runtime: runtime.name,
    median: time(median(times)),
    p99: time(quantile(times, 0.99)),
    ...(runtime !== ours.runtime && { ratio: ratio(pairedRatio(ours.times, times)) }),
  }
}
