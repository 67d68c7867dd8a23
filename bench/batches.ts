/**
 * `npm run bench:batches`: a batch over four workers of one function with `each`, beside four processes that each have
 * a quarter of it and run it with the sequential processor of Powertools for Python, under AWS's own client. A record
 * takes 1 ms of CPU and 5 ms of waiting.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { median, pairedRatio } from './statistics.ts'

const workers = 4
const records = 1_000
const rounds = Number(process.argv[2] ?? 9)
const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache')

const taskRoot = mkdtempSync(join(tmpdir(), 'anyhandler-bench-'))
cpSync(join(import.meta.dirname, 'handlers/python/records.py'), join(taskRoot, 'records.py'))
writeFileSync(
  join(taskRoot, 'anyhandler.config.json'),
  JSON.stringify({ handlers: { each: { run: 'records.record', each: { parallel: workers } } } }),
)

/** A runtime and the API that it asks for events. */
async function start(argv: readonly string[], handler: string, env: Readonly<Record<string, string>> = {}) {
  const api = await RuntimeApiServer.start()
  const [file = '', ...args] = argv
  const child = spawn(file, args, {
    cwd: taskRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: taskRoot,
      ...env,
    },
  })
  return { api, child }
}

function batchOf(count: number): Buffer {
  const Records = Array.from({ length: count }, (_none, index) => ({
    messageId: `059f36b4-87a3-44ab-83d2-${index}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCg1==',
    body: JSON.stringify({ slug: 'way', index }),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1795860930000', SenderId: 'AIDEXAMPLE' },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:links',
    awsRegion: 'eu-west-1',
  }))
  return Buffer.from(JSON.stringify({ Records }))
}

const ours = await start([process.execPath, join(root, 'cli/bin/anyhandler.js'), 'run'], 'each')
const powertools = { PYTHONPATH: [join(cache, 'awslambdaric'), join(cache, 'powertools'), taskRoot].join(':') }
const theirs = await Promise.all(
  Array.from({ length: workers }, () =>
    start(['python3', '-m', 'awslambdaric', 'records.batch'], 'records.batch', powertools),
  ),
)

/** Milliseconds until all batches are answered, each in full. */
async function timed(apis: readonly RuntimeApiServer[], count: number): Promise<number> {
  const event = batchOf(count / apis.length)
  const begin = performance.now()
  const outcomes = await Promise.all(apis.map((api) => api.invoke(event, { timeout: 60_000 })))
  const ms = performance.now() - begin
  for (const outcome of outcomes) {
    const { batchItemFailures } = outcome.json() as { readonly batchItemFailures?: readonly unknown[] }
    if (batchItemFailures?.length !== 0) throw new Error(`a batch was not done: ${outcome.text().slice(0, 500)}`)
  }
  return ms
}

const contestants = { anyhandler: [ours.api], powertools: theirs.map(({ api }) => api) }
const times = { anyhandler: [] as number[], powertools: [] as number[] }
try {
  for (const apis of Object.values(contestants)) await timed(apis, 100)
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['anyhandler', 'powertools'] as const) : (['powertools', 'anyhandler'] as const)
    for (const name of order) times[name].push(await timed(contestants[name], records))
  }
  const [own, other] = [median(times.anyhandler), median(times.powertools)]
  const ratio = pairedRatio(times.anyhandler, times.powertools)
  process.stdout.write(`${records} records, ${workers} workers, ${rounds} pairs; ideal ${(records * 6) / workers} ms
anyhandler, each: ${own.toFixed(0)} ms; Powertools, four processes: ${other.toFixed(0)} ms
ratio, median of the pairs: ${ratio.toFixed(3)} (≤ 1.0)
`)
  process.exitCode = ratio <= 1 ? 0 : 1
} finally {
  for (const { api, child } of [ours, ...theirs]) {
    child.kill('SIGKILL')
    await api.close()
  }
  rmSync(taskRoot, { recursive: true, force: true })
}
