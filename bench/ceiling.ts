import { join } from 'node:path'
import type { Tools } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median } from './statistics.ts'
import { percent, time } from './table.ts'
import type { Row } from './table.ts'

const event = Buffer.from('{"name":"World"}')

/**
 * What the load generator itself can do at most: a client that answers without looking, on one connection and on eight.
 */
export async function ceiling({ node }: Tools, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const concurrency of [1, 8]) {
    const process = await RuntimeProcess.start({
      command: [node, join(import.meta.dirname, 'peers/responder.js')],
      taskRoot: import.meta.dirname,
      handler: '',
      concurrency,
    })
    try {
      await process.burst({ events: 5_000, event, concurrency })
      const medians: number[] = []
      const rates: number[] = []
      let [total, generator] = [0, 0]
      for (let round = 0; round < rounds; round++) {
        const burst = await process.burst({ events: 5_000, event, concurrency })
        medians.push(median(burst.times))
        rates.push((burst.times.length / burst.total) * 1e6)
        total += burst.total
        generator += burst.generatorCpu
      }
      rows.push({
        what: 'the load generator itself',
        runtime: `a client that only answers, ${concurrency} at once`,
        median: time(median(medians)),
        perSecond: median(rates).toFixed(0),
        generator: percent(generator / total),
      })
    } finally {
      await process.stop()
    }
  }
  return rows
}
