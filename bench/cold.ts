import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Group, Runtime, Tools } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median, pairedRatio } from './statistics.ts'
import { ratio, time } from './table.ts'
import type { Row } from './table.ts'

interface Contestant {
  readonly group: Group
  readonly runtime: Runtime
  readonly ms: number[]
  readonly cpu: number[]
}

const event = Buffer.from('{"name":"World"}')

/**
 * From the start of the process to its first answer, with the event waiting. In every round each runtime starts once,
 * and the bare interpreters start before and after them.
 */
export async function cold(groups: readonly Group[], tools: Tools, rounds: number): Promise<readonly Row[]> {
  const contestants: Contestant[] = []
  const absent: Row[] = []
  for (const group of groups) {
    for (const runtime of [group.ours, ...group.peers, ...group.bare]) {
      if (runtime.launch('hello')) contestants.push({ group, runtime, ms: [], cpu: [] })
      else
        absent.push({
          what: `${group.name}, cold`,
          runtime: `${runtime.name}: ${runtime.missing ?? 'has no such handler'}`,
        })
    }
  }
  const node: number[] = []
  const python: number[] = []
  // The first round brings the files into memory.
  for (let round = -1; round < rounds; round++) {
    const [nodeBefore, pythonBefore] = [await bare(tools.node, '-e'), await bare(tools.python, '-c')]
    const results: { readonly contestant: Contestant; readonly ms: number; readonly cpu: number }[] = []
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const { group, runtime } = contestant
      const launch = runtime.launch('hello')
      if (launch)
        results.push({
          contestant,
          ...(await RuntimeProcess.cold(launch, event).catch((error: Error) =>
            Promise.reject(new Error(`${group.name}, ${runtime.name}: ${error.message}`, { cause: error })),
          )),
        })
    }
    if (round < 0) continue
    for (const { contestant, ms, cpu } of results) {
      contestant.ms.push(ms)
      contestant.cpu.push(cpu)
    }
    node.push((nodeBefore + (await bare(tools.node, '-e'))) / 2)
    python.push((pythonBefore + (await bare(tools.python, '-c'))) / 2)
  }
  return [
    { what: 'bare interpreters', runtime: '`node -e 0`, the same binary', median: time(median(node) * 1000) },
    { what: 'bare interpreters', runtime: '`python3 -c 0`', median: time(median(python) * 1000) },
    ...contestants.map((contestant) => rowOf(contestant, contestants, node, python)),
    ...absent,
  ]
}

function rowOf(
  { group, runtime, ms, cpu }: Contestant,
  all: readonly Contestant[],
  node: readonly number[],
  python: readonly number[],
): Row {
  const row: Row = {
    what: `${group.name}, cold`,
    runtime: runtime.name,
    median: time(median(ms) * 1000),
    cpu: time((cpu.reduce((sum, seconds) => sum + seconds, 0) / cpu.length) * 1e6),
  }
  if (runtime === group.ours) {
    const bareMs = group.withPython ? node.map((value, round) => value + (python[round] ?? 0)) : node
    const compared = group.withPython ? 'bare node + python' : 'bare node'
    return { ...row, ratio: `${ratio(pairedRatio(ms, bareMs), group.coldTarget)} of ${compared}` }
  }
  const ours = all.find((one) => one.runtime === group.ours)
  return { ...row, ratio: ours ? ratio(pairedRatio(ours.ms, ms)) : '' }
}

/** Milliseconds from start to end of an interpreter that does nothing. */
async function bare(file: string, flag: string): Promise<number> {
  const start = process.hrtime.bigint()
  const child = spawn(file, [flag, '0'], { stdio: 'ignore', env: { PATH: process.env['PATH'] } })
  await once(child, 'exit')
  return Number(process.hrtime.bigint() - start) / 1e6
}
