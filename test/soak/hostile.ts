/**
 * `npm run soak:hostile`: 20,000 events for each language, of which 5 % do something hostile, one of 40 things in turn.
 * Each answer is checked; exits with 1 when one was wrong, missing or one too many, or the runtime holds more at the
 * end than early on.
 *
 *   npm run soak:hostile -- [EVENTS] [bash|python|sql …]
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import { AttackedHost } from '../attacks/host.ts'
import { sandbox } from '../attacks/sandbox.ts'
import { memoryOf } from '../support/processes.ts'
import { handlers } from './hostile/handlers.ts'
import type { HostileHandler } from './hostile/handlers.ts'

/** By its first line, which names a flag that bounds the memory. */
const command = [fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))]
const [count = '20000', ...wanted] = process.argv.slice(2)
const events = Number(count)
/** One of so many is hostile. */
const share = 20
/** Milliseconds for an event that is meant to hang, and for all others. */
const [short, long] = [300, 20_000]

interface Held {
  readonly processes: number
  readonly descriptors: number
  readonly files: number
  /** The host's, in MiB. */
  readonly memory: number
}

async function held(host: AttackedHost): Promise<Held> {
  await sleep(1_000)
  const { processes, descriptors, files } = host.census()
  return {
    processes: processes.length,
    descriptors,
    files,
    memory: Math.round(memoryOf(host.pid).resident / 1_048_576),
  }
}

async function soak(language: string, { deeds, files, handler }: HostileHandler): Promise<boolean> {
  const api = await RuntimeApiServer.start({ logSize: 0 })
  const host = new AttackedHost({ name: language, files, handler, steps: [] }, sandbox(), command, api.address)
  await host.start()
  void host.ended.then(() => api.runtimeExited(`exit status ${host.code}`))
  const wrong: string[] = []
  let early: Held | undefined
  const start = performance.now()
  for (let number = 1; number <= events && host.code === undefined; number++) {
    const deed = number % share === 0 ? deeds[(number / share) % deeds.length] : undefined
    const [name = 'nothing', , answer] = deed ?? []
    const event = { number, do: name, text: `é "quoted" ${'x'.repeat(number % 500)}` }
    const hangs = answer?.test('error Function.Timeout') && !answer.test('response')
    const outcome = await api.invoke(event, { timeout: hangs ? short : long })
    const { kind, errorType, posts } = outcome
    const text = kind === 'error' ? `error ${errorType}` : kind
    const isEcho = (): boolean => JSON.stringify(outcome.json()) === JSON.stringify(event)
    const isRight = answer ? answer.test(text) : kind === 'response' && isEcho()
    if (!isRight || posts !== 1)
      wrong.push(`event ${number} (${name}): ${posts} answers, ${text} ${outcome.text().slice(0, 200)}`)
    if (number === Math.ceil(events / 5)) early = await held(host)
  }
  const seconds = (performance.now() - start) / 1_000
  const late = await held(host)
  const stray = api.strayAnswers
  const code = host.code ?? 'alive'
  await host.close()
  await api.close()
  const grown =
    early === undefined ||
    late.processes > early.processes + 1 ||
    late.descriptors > early.descriptors + 8 ||
    late.files > early.files + 1 ||
    late.memory > early.memory * 1.3 + 20
  const good = wrong.length === 0 && stray === 0 && code === 'alive' && !grown
  const column = (key: keyof Held): string => `${key} ${early?.[key]} → ${late[key]}`.padEnd(24)
  process.stdout.write(
    `${language.padEnd(8)}${events} events, ${wrong.length + stray} wrong, ${column('processes')}${column('descriptors')}${column('files')}${column('memory')}${seconds.toFixed(0)} s  ${good ? 'good' : 'BAD'}\n`,
  )
  for (const line of wrong.slice(0, 10)) process.stdout.write(`  ${line}\n`)
  return good
}

let good = true
for (const [language, handler] of Object.entries(handlers)) {
  if (wanted.length === 0 || wanted.includes(language)) good = (await soak(language, handler)) && good
}
process.exitCode = good ? 0 : 1
