/**
 * `npm run soak:routes`: fifty thousand requests over five routes in three languages, behind four front doors in turn,
 * one in a hundred of which makes its handler fail. Every answer is checked. Prints what the function holds twenty
 * times on the way; exits with 1 when an answer was wrong or missing, when processes or descriptors have grown since
 * the first fifth, or when memory grows over the second half, by a line fitted to the samples.
 *
 *   npm run soak:routes -- [EVENTS]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeEvent } from '@anyhandler/core/http'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { growth, sample } from './sample.ts'
import type { Sample } from './sample.ts'

const bin = fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))
const [count = '50000'] = process.argv.slice(2)
const events = Number(count)
const doors = ['http', 'rest', 'alb', 'url'] as const
const sampled = Math.max(1, Math.ceil(events / 20))
/**
 * What all processes together may hold more at the end than at the half: MiB. A leak of 200 bytes an event is more,
 * with 50,000 events.
 */
const mayGrow = 4

/** A request for each route; `id` comes back in the answer. */
const requests = [
  (id: string, fail: boolean) => ({ method: 'GET', target: `/sql/${id}${fail ? '?fail=1' : ''}` }),
  (id: string, fail: boolean) => ({
    method: 'POST',
    target: '/sql',
    body: Buffer.from(JSON.stringify({ id, fail: fail ? '1' : '0' })),
  }),
  (id: string, fail: boolean) => ({ method: 'GET', target: `/bash/${id}${fail ? '?fail=1' : ''}` }),
  (id: string, fail: boolean) => ({ method: 'PUT', target: `/files/${id}${fail ? '?fail=1' : ''}` }),
  (id: string, fail: boolean) => ({ method: 'POST', target: `/python/${id}${fail ? '?fail=1' : ''}` }),
] as const

const api = await RuntimeApiServer.start({ logSize: 0 })
const runtime = spawn(bin, ['run'], {
  stdio: ['ignore', 'ignore', 'ignore'],
  env: {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    AWS_LAMBDA_RUNTIME_API: api.address,
    _HANDLER: 'routes',
    LAMBDA_TASK_ROOT: fileURLToPath(new URL('routes/', import.meta.url)),
  },
})

let wrong = 0
let failed = 0
const samples: Sample[] = []
const start = performance.now()
for (let number = 1; number <= events; number++) {
  const id = `n${number}`
  const fails = number % 100 === 7
  const request = requests[number % requests.length]!(id, fails)
  const door = doors[Math.floor(number / requests.length) % doors.length]!
  const outcome = await api.invoke(JSON.stringify(makeEvent({ headers: [], time: 0, ...request }, door)))
  if (!isRight(outcome, id, fails)) {
    wrong += 1
    if (wrong < 5)
      process.stderr.write(`${number} ${request.method} ${request.target} ${door}: ${outcome.kind} ${outcome.text()}\n`)
  }
  if (fails) failed += 1
  if (number % sampled !== 0 && number !== events) continue
  const now = await sample(runtime.pid as number)
  samples.push(now)
  const { processes, descriptors, memory, host } = now
  process.stdout.write(
    `${String(number).padStart(8)} events: ${processes} processes, ${descriptors} descriptors, ${memory} MiB, of which the host ${host}\n`,
  )
}
const seconds = (performance.now() - start) / 1000
const stray = api.strayAnswers
runtime.kill('SIGTERM')
const [code] = (await once(runtime, 'exit')) as [number]
await api.close()

const [early, late] = [samples[Math.floor(samples.length / 5)] as Sample, samples.at(-1) as Sample]
const half = samples.slice(Math.floor(samples.length / 2))
const [all, host] = [growth(half.map(({ memory }) => memory)), growth(half.map(({ host: own }) => own))]
const grown = late.processes > early.processes + 1 || late.descriptors > early.descriptors + 8 || all > mayGrow
const good = wrong === 0 && stray === 0 && code === 0 && !grown
const change = (key: keyof Sample): string => `${key} ${early[key]} → ${late[key]}`
process.stdout.write(
  `${events} events (${failed} failing), ${wrong} wrong, ${stray} stray, ${change('processes')}, ${change('descriptors')}, ${change('memory')} MiB, over the second half ${all.toFixed(1)} MiB (host ${host.toFixed(1)}), ${seconds.toFixed(1)} s: ${good ? 'good' : 'BAD'}\n`,
)
process.exitCode = good ? 0 : 1

function isRight(outcome: Outcome, id: string, fails: boolean): boolean {
  if (outcome.posts !== 1) return false
  if (fails) return outcome.kind === 'error'
  if (outcome.kind !== 'response') return false
  const { statusCode, body } = outcome.json() as { statusCode?: number; body?: string }
  return statusCode === 200 && (JSON.parse(body ?? '{}') as { id?: string }).id === id
}
