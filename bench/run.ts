import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ceiling } from './ceiling.ts'
import { cold } from './cold.ts'
import { concurrency } from './concurrency.ts'
import { database } from './database.ts'
import { groupsOf } from './groups.ts'
import { buildLayers } from './layer.ts'
import { machine } from './machine.ts'
import { memory } from './memory.ts'
import { help, parts, readOptions } from './options.ts'
import type { Options, Part } from './options.ts'
import { eventSizes } from './sizes.ts'
import { merge } from './runs.ts'
import { small } from './small.ts'
import { spaced } from './spaced.ts'
import { markdownTable } from './table.ts'
import type { Row } from './table.ts'
import { findTools } from './tools.ts'
import { warm } from './warm.ts'

const results = join(import.meta.dirname, 'results.md')

async function main({ parts: chosen, groups: names, further, effort, runs }: Options): Promise<void> {
  note('building the layers and the peers')
  const layers = buildLayers(join(import.meta.dirname, '../.cache/bench'))
  const tools = findTools(layers)
  const where = machine(tools)
  const all = groupsOf(tools, further)
  const groups = all.filter(({ name }) => names.length === 0 || names.includes(name))
  const rounds = (count: number): number => Math.max(1, Math.round(count * effort))
  const measure: Readonly<Record<Part, () => Promise<readonly Row[]>>> = {
    ceiling: () => ceiling(tools, rounds(7)),
    warm: () => warm(groups, rounds(15)),
    spaced: () => spaced(groups, rounds(8)),
    cold: () => cold(groups, tools, rounds(15)),
    small: () => small(groups, rounds(4)),
    sizes: () => eventSizes(groups, rounds(5)),
    concurrency: () => concurrency(groups, rounds(5)),
    memory: () => memory(groups, rounds(5)),
    database: () => database(tools, rounds(10)),
  }
  const taken: (readonly Row[])[] = []
  for (let run = 1; run <= runs; run++) {
    const ofRun: Row[] = []
    for (const part of chosen) {
      note(runs === 1 ? part : `run ${run}: ${part}`)
      ofRun.push(...(await measure[part]()))
    }
    taken.push(ofRun)
  }
  const rows = [...merge(taken), ...layers.rows]
  const table = markdownTable(rows)
  process.stdout.write(`${where}\n\n${table}\n`)
  if (chosen.length === parts.length && groups.length === all.length)
    writeFileSync(
      results,
      `# Results\n\n${where}\n\n${table}\n\nHow to read them: [docs/performance.md](../docs/performance.md)\n`,
    )
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options) await main(options)
  else process.stdout.write(help)
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`)
  process.exitCode = 1
}
