import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { PluginRun } from './plugin-run.ts'

/** What is in the file after workers have written to it for a while, beside what they were told. */
export interface WritersReport {
  /** Events that were answered. */
  readonly answered: number
  readonly errors: readonly string[]
  /** Rows in the file. */
  readonly rows: number
  /** Keys that are in the file more than once, or not at all although their event was answered. */
  readonly lostOrDouble: readonly number[]
  /** A counter that each event has read and written back one higher. */
  readonly counter: number
}

const migration = `
CREATE TABLE writes (key INTEGER NOT NULL, worker INTEGER NOT NULL);
CREATE TABLE counter (n INTEGER NOT NULL);
INSERT INTO counter VALUES (0);
`

const handler = `
SELECT n FROM counter;
INSERT INTO writes VALUES (:key, :worker);
UPDATE counter SET n = (SELECT n FROM counter) + 1;
SELECT n FROM counter;
`

/**
 * Lets workers, each in a thread with a connection of its own, write to one file without a pause.
 * @param ms how long
 * @param journal `rollback` is what a file on a network has
 */
export async function writeFromAllSides(
  ms: number,
  workers = 4,
  journal: 'auto' | 'rollback' = 'auto',
): Promise<WritersReport> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-sql-writers-')))
  const task = join(root, 'task')
  mkdirSync(join(task, 'migrations'), { recursive: true })
  writeFileSync(join(task, 'write.sql'), handler)
  writeFileSync(join(task, 'migrations/1.sql'), migration)
  const file = join(root, 'data.db')
  let run: PluginRun | undefined
  try {
    const started = await PluginRun.start(task, ['write'], { database: file, journal }, workers)
    run = started
    const answered = new Set<number>()
    const errors: string[] = []
    let next = 0
    const end = Date.now() + ms
    const work = async (worker: number): Promise<void> => {
      while (Date.now() < end) {
        next += 1
        const key = next
        try {
          await started.invoke('write', { key, worker })
          answered.add(key)
        } catch (error) {
          errors.push((error as Error).message)
        }
      }
    }
    await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
    return { ...inspect(file, answered), answered: answered.size, errors }
  } finally {
    await run?.close()
    rmSync(root, { recursive: true, force: true })
  }
}

function inspect(
  file: string,
  answered: ReadonlySet<number>,
): Pick<WritersReport, 'rows' | 'lostOrDouble' | 'counter'> {
  const db = new Database(file)
  try {
    const keys = db.prepare<[], number>('SELECT key FROM writes').pluck().all()
    const counts = new Map<number, number>()
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    const lost = [...answered].filter((key) => !counts.has(key))
    const double = [...counts].filter(([, count]) => count > 1).map(([key]) => key)
    return {
      rows: keys.length,
      lostOrDouble: [...lost, ...double],
      counter: db.prepare<[], number>('SELECT n FROM counter').pluck().get() ?? -1,
    }
  } finally {
    db.close()
  }
}

// node --conditions=source test/plugins/sql/writers.ts [SECONDS] [WORKERS] [auto|rollback]
if (import.meta.main) {
  const [seconds = '60', workers = '4', journal = 'auto'] = process.argv.slice(2)
  const report = await writeFromAllSides(Number(seconds) * 1000, Number(workers), journal as 'auto' | 'rollback')
  process.stdout.write(
    `${JSON.stringify({ ...report, errors: report.errors.length, firstErrors: report.errors.slice(0, 3) }, null, 2)}\n`,
  )
  const right =
    report.errors.length === 0 &&
    report.lostOrDouble.length === 0 &&
    report.rows === report.answered &&
    report.counter === report.answered
  process.exitCode = right ? 0 : 1
}
