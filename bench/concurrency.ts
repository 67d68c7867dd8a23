import type { Group, Runtime, Work } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median, pairedRatio } from './statistics.ts'
import { percent, time } from './table.ts'
import type { Row } from './table.ts'

const event = Buffer.from('{"name":"World"}')
const levels = [1, 4, 16]
const turnMicros = 150_000
/** How long the handlers wait, and how much of the ideal pace is to be reached with 16 at once. */
const waitMicros = 50_000
const idealShare = 0.9

interface Level {
  readonly concurrency: number
  readonly process: RuntimeProcess
  readonly events: number
  readonly rates: number[]
  readonly times: number[]
  total: number
  generator: number
}

/** Events a second with `AWS_LAMBDA_MAX_CONCURRENCY` 1, 4 and 16, and what sixteen events that only wait take. */
export async function concurrency(groups: readonly Group[], rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const group of groups) {
    for (const runtime of [group.ours, ...group.peers]) {
      if (runtime.missing === undefined && !runtime.single)
        rows.push(...(await pace(`${group.name}, at once`, runtime, rounds)))
    }
  }
  for (const group of groups) {
    for (const runtime of [group.ours, ...group.peers]) {
      if (runtime.launch('wait', 16) && !runtime.single)
        rows.push(await waiting(`${group.name}, waits 50 ms`, runtime, Math.ceil(rounds / 3)))
    }
  }
  return rows
}

async function pace(what: string, runtime: Runtime, rounds: number): Promise<readonly Row[]> {
  const running: Level[] = []
  try {
    for (const level of levels) running.push(await enter(runtime, 'hello', level))
    for (let round = 0; round < rounds; round++) {
      for (const level of round % 2 === 0 ? running : running.toReversed()) await turn(level)
    }
  } finally {
    await Promise.all(running.map(({ process }) => process.stop()))
  }
  const single = running[0]
  return running.map((level) => ({
    what: `${what}: ${level.concurrency}`,
    runtime: runtime.name,
    median: time(median(level.times)),
    perSecond: median(level.rates).toFixed(0),
    generator: percent(level.generator / level.total),
    ratio:
      single && level !== single ? `${pairedRatio(level.rates, single.rates).toFixed(2)} × the pace of 1` : undefined,
  }))
}

async function waiting(what: string, runtime: Runtime, rounds: number): Promise<Row> {
  // So many that the beginning and the end of a turn, when not all are under way, count for little.
  const level = await enter(runtime, 'wait', 16, 480)
  try {
    for (let round = 0; round < rounds; round++) await turn(level)
  } finally {
    await level.process.stop()
  }
  const share = median(level.rates) / ((16 / waitMicros) * 1e6)
  return {
    what: `${what}: 16`,
    runtime: runtime.name,
    median: time(median(level.times)),
    perSecond: median(level.rates).toFixed(0),
    generator: percent(level.generator / level.total),
    ratio: `${share.toFixed(2)} of the ideal (${share >= idealShare ? '≥' : 'not ≥'} ${idealShare})`,
  }
}

/** Starts a runtime, and waits until all of it is warm. */
async function enter(runtime: Runtime, work: Work, level: number, events?: number): Promise<Level> {
  const launch = runtime.launch(work, level)
  if (!launch) throw new Error(`${runtime.name} can't do '${work}'`)
  const process = await RuntimeProcess.start(launch)
  try {
    await process.burst({ events: 20 * level, event, concurrency: level })
    const { total } = await process.burst({ events: 20 * level, event, concurrency: level })
    return {
      concurrency: level,
      process,
      events: events ?? Math.max(4 * level, Math.round((turnMicros / total) * 20 * level)),
      rates: [],
      times: [],
      total: 0,
      generator: 0,
    }
  } catch (error) {
    await process.stop()
    throw error
  }
}

async function turn(level: Level): Promise<void> {
  const { times, total, generatorCpu } = await level.process.burst({
    events: level.events,
    event,
    concurrency: level.concurrency,
  })
  level.rates.push((times.length / total) * 1e6)
  level.times.push(...times)
  level.total += total
  level.generator += generatorCpu
}
