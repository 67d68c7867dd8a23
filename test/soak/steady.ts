/**
 * `npm run soak`: ten thousand events for each language over each wire, every answer checked. Prints a table of what
 * the runtime holds after a fifth of them and at the end, and what an event of the second half adds to its memory;
 * exits with 1 when an answer was wrong or missing, or processes, descriptors or memory have grown. Memory counts from
 * 100,000 events on: before, heaps still find their size.
 *
 *   npm run soak -- [EVENTS] [LANGUAGE …]
 *
 * `SAMPLES=1` prints the memory of the host and of its children twenty times on the way.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'
import { slopeOf } from './slope.ts'
import type { Point } from './slope.ts'

const bin = fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))
const handlers = fileURLToPath(new URL('handlers/', import.meta.url))
const [count = '10000', ...wanted] = process.argv.slice(2)
const events = Number(count)
const samples = 20
/** What an event may add, in bytes; a thing of three words that is kept for each adds 24. */
const mostAdded = 20
const enough = 100_000

async function soak(language: string, handler: string, transport: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-soak-'))
  const root = join(folder, 'root')
  cpSync(handlers, root, { recursive: true })
  writeFileSync(join(root, 'anyhandler.config.json'), JSON.stringify({ transport }))
  const api = await RuntimeApiServer.start({ logSize: 0 })
  const runtime = spawn(bin, ['run'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Its first line says how Node starts.
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: root,
    },
  })
  let wrong = 0
  let early: Sample | undefined
  const points: Point[] = []
  const start = performance.now()
  for (let number = 1; number <= events; number++) {
    const event = JSON.stringify({ number, text: `é "quoted" ${'x'.repeat(number % 500)}` })
    const outcome = await api.invoke(event)
    if (outcome.kind !== 'response' || JSON.stringify(outcome.json()) !== event || outcome.posts !== 1) wrong += 1
    if (number === Math.ceil(events / 5)) early = await sample(runtime.pid as number)
    if (number % Math.ceil(events / samples) === 0) points.push(await look(number, runtime.pid as number))
  }
  const seconds = (performance.now() - start) / 1000
  const late = await sample(runtime.pid as number)
  const stray = api.strayAnswers
  runtime.kill('SIGTERM')
  const [code] = (await once(runtime, 'exit')) as [number]
  await api.close()
  rmSync(folder, { recursive: true })
  const grown = early === undefined || late.processes > early.processes + 1 || late.descriptors > early.descriptors + 8
  const added = slopeOf(points)
  const leaks = events >= enough && added > mostAdded
  const good = wrong === 0 && stray === 0 && code === 0 && !grown && !leaks
  const column = (key: 'processes' | 'descriptors' | 'memory'): string => `${early?.[key]} → ${late[key]}`.padEnd(16)
  const cells = [
    language.padEnd(11),
    transport.padEnd(8),
    String(events - wrong).padEnd(8),
    String(wrong + stray).padEnd(6),
  ]
  process.stdout.write(
    `${[...cells, column('processes'), column('descriptors'), column('memory'), added.toFixed(0).padEnd(16), seconds.toFixed(1).padEnd(8), good ? 'good' : 'BAD'].join('')}\n`,
  )
  return good
}

async function look(events: number, pid: number): Promise<Point> {
  const { host, all } = (await sample(pid)).anonymous
  const mib = (kib: number): string => (kib / 1_024).toFixed(2)
  if (process.env['SAMPLES'])
    process.stdout.write(`  ${events} events: host ${mib(host)} MiB, its children ${mib(all - host)}\n`)
  return { events, memory: all }
}

process.stdout.write(
  'language   wire    right   wrong processes       descriptors     memory MiB      bytes an event  seconds\n',
)
let good = true
for (const [language, handler] of [
  ['bash', 'bash:echo'],
  ['sql', 'sql:echo'],
  ['python', 'python:echo'],
  ['javascript', 'javascript:echo.handler'],
] as const) {
  if (wanted.length > 0 && !wanted.includes(language)) continue
  for (const transport of ['socket', 'undici']) good = (await soak(language, handler, transport)) && good
}
process.exitCode = good ? 0 : 1
