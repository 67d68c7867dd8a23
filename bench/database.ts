import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Tools } from './groups.ts'
import { RuntimeProcess } from './runtime-process.ts'
import { median } from './statistics.ts'
import { percent, time } from './table.ts'
import type { Row } from './table.ts'

const rowCount = 1_000_000
const rowsPerCategory = 100
const eventsPerRound = 500

interface Work {
  /** The task root. */
  readonly folder: string
  readonly what: string
  readonly handler: string
  readonly options: object
  /** What the answer to each event must hold. */
  readonly answer: string
}

/**
 * SQL on files: a read of 100 rows through an index over a million, and an insert into a file in WAL mode, one event at
 * a time.
 */
export async function database(tools: Pick<Tools, 'anyhandler'>, rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-bench-database-'))
  try {
    const orders = join(folder, 'orders')
    fill(join(folder, 'items.db'))
    mkdirSync(join(orders, 'migrations'), { recursive: true })
    writeFileSync(
      join(orders, 'migrations', '1.sql'),
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total REAL NOT NULL);\n',
    )
    const works: readonly Work[] = [
      {
        folder,
        what: 'sql, 100 of 1,000,000 rows',
        handler: '-- answer: rows\nSELECT id, name, price FROM items WHERE category = :category ORDER BY id;\n',
        options: { database: 'items.db' },
        answer: `"id":${7 * rowsPerCategory}`,
      },
      {
        folder: orders,
        what: 'sql, an insert into a WAL file',
        handler: 'INSERT INTO orders (customer, total) VALUES (:customer, :total) RETURNING customer;\n',
        options: { database: join(folder, 'orders.db') },
        answer: '"customer":"Ada"',
      },
    ]
    const rows: Row[] = []
    for (const work of works) rows.push(await measure(work, tools, rounds))
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function measure(
  { folder, what, handler, options, answer }: Work,
  { anyhandler }: Pick<Tools, 'anyhandler'>,
  rounds: number,
): Promise<Row> {
  writeFileSync(join(folder, 'main.sql'), handler)
  writeFileSync(join(folder, 'anyhandler.config.json'), JSON.stringify({ plugins: { sql: { options } } }))
  const runtime = await RuntimeProcess.start({ command: anyhandler, taskRoot: folder, handler: 'main' })
  const event = Buffer.from('{"category":7,"customer":"Ada","total":12.5}')
  try {
    const { lastAnswer } = await runtime.burst({ events: 50, event })
    if (!lastAnswer.includes(answer)) throw new Error(`${what}: the answer is ${lastAnswer.toString().slice(0, 200)}`)
    const bursts = []
    for (let round = 0; round < rounds; round++) bursts.push(await runtime.burst({ events: eventsPerRound, event }))
    const total = bursts.reduce((sum, burst) => sum + burst.total, 0)
    return {
      what,
      runtime: 'anyhandler',
      median: time(median(bursts.map(({ times }) => median(times)))),
      perSecond: ((rounds * eventsPerRound * 1e6) / total).toFixed(0),
      generator: percent(bursts.reduce((sum, burst) => sum + burst.generatorCpu, 0) / total),
    }
  } finally {
    await runtime.stop()
  }
}

function fill(file: string): void {
  const db = new Database(file)
  db.exec(
    'CREATE TABLE items (id INTEGER PRIMARY KEY, category INTEGER NOT NULL, name TEXT NOT NULL, price REAL NOT NULL)',
  )
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${rowCount - 1})
     INSERT INTO items SELECT i, i / ${rowsPerCategory}, 'item ' || i, i * 0.25 FROM n`,
  ).run()
  db.exec('CREATE INDEX items_category ON items (category)')
  db.close()
}
