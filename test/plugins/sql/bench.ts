/**
 * What SQL events cost, through the whole built host (`npm run build` first):
 *
 *     node --conditions=source test/plugins/sql/bench.ts [--events N] [--rounds N] [--peer PROGRAM]
 *
 * The peer is another runtime for SQL files, such as a build of the Go module github.com/WinterYukky/aws-lambda-sql-runtime. Both get the same events from the
 * same server, in turns. Times are from the event's last byte out to the answer's last byte in.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { serveLean } from '../../../bench/lean-runtime-api.ts'

interface Subject {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly taskRoot: string
  readonly handler: string
  readonly event: string
  readonly events: number
}

interface Figures {
  readonly p50: number
  readonly p99: number
  /** KB of resident memory an event, between the first fifth and the end. */
  readonly growth: number
  /** MB at the end. */
  readonly memory: number
  readonly answer: string
}

async function measure({ command: [file, ...args], taskRoot, handler, event, events }: Subject): Promise<Figures> {
  const server = await serveLean({ events, event })
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: server.address, _HANDLER: handler, LAMBDA_TASK_ROOT: taskRoot },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const samples: number[] = []
  const sampler = setInterval(() => samples.push(residentKb(child.pid)), 100)
  try {
    const { times, lastAnswer } = await Promise.race([server.run, ended.then(() => Promise.reject(new Error(`${file} ended early`)))])
    const memory = residentKb(child.pid)
    const warm = times.slice(Math.trunc(events / 10)).toSorted((left, right) => left - right)
    const early = samples[Math.trunc(samples.length / 5)] ?? memory
    return { p50: at(warm, 0.5), p99: at(warm, 0.99), growth: (memory - early) / (events * 0.8), memory: memory / 1024, answer: lastAnswer }
  } finally {
    clearInterval(sampler)
    child.kill('SIGKILL')
    await ended
    server.close()
  }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.trunc((sorted.length - 1) * share)] ?? Number.NaN
}

function residentKb(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function prepare(scratch: string, host: readonly [string, ...string[]], events: number): Subject[] {
  const hello = join(scratch, 'hello')
  write(hello, { 'hello.sql': "SELECT 'Hello World' body, 200 statusCode;\n" })
  const read = join(scratch, 'read')
  write(read, {
    'read.sql': '-- answer: rows\nSELECT id, name, price FROM items WHERE category = :category ORDER BY id LIMIT 100;\n',
    'anyhandler.config.json': '{"plugins":{"sql":{"options":{"database":"items.db"}}}}',
  })
  const db = new Database(join(read, 'items.db'))
  db.exec(`CREATE TABLE items (id INTEGER PRIMARY KEY, category INTEGER NOT NULL, name TEXT NOT NULL, price REAL NOT NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) INSERT INTO items SELECT i, i % 5000, 'item ' || i, i * 0.01 FROM n;
    CREATE INDEX items_by_category ON items (category);`)
  db.close()
  const insert = join(scratch, 'insert')
  write(insert, {
    'insert.sql': 'INSERT INTO visits (who, at) VALUES (:key, datetime()) RETURNING id;\n',
    'migrations/1.sql': 'CREATE TABLE visits (id INTEGER PRIMARY KEY, who TEXT, at TEXT);\n',
    'anyhandler.config.json': JSON.stringify({ plugins: { sql: { options: { database: join(scratch, 'visits.db') } } } }),
  })
  const event = '{"key":"value","category":42}'
  return [
    { name: 'hello', command: host, taskRoot: hello, handler: 'hello', event, events },
    { name: '100 rows of 1,000,000', command: host, taskRoot: read, handler: 'read', event, events },
    { name: 'insert into a WAL file', command: host, taskRoot: insert, handler: 'insert', event, events },
  ]
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const { values } = parseArgs({ options: { events: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '3' }, peer: { type: 'string' } } })
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-sql-bench-')))
try {
  const host = [process.execPath, fileURLToPath(new URL('../../../cli/bin/anyhandler.js', import.meta.url)), 'run'] as const
  const subjects = prepare(scratch, host, Number(values.events))
  const [hello] = subjects
  if (values.peer !== undefined && hello) subjects.splice(1, 0, { ...hello, name: 'hello, peer', command: [values.peer] })
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const subject of subjects) {
      const { p50, p99, growth, memory, answer } = await measure(subject)
      process.stdout.write(
        `${subject.name.padEnd(24)} p50 ${p50.toFixed(0).padStart(5)} µs  p99 ${p99.toFixed(0).padStart(5)} µs  ${growth.toFixed(2).padStart(7)} KB an event  ${memory.toFixed(0).padStart(4)} MB  ${round === 1 ? answer.slice(0, 60) : ''}\n`,
      )
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
