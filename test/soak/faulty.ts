import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'

const handlers = fileURLToPath(new URL('faulty/', import.meta.url))

export const languages = ['bash', 'sql', 'python'] as const
export type Language = (typeof languages)[number]

export interface FaultySoak {
  readonly language: Language
  readonly events: number
  /** The program and its arguments that make the `anyhandler` command. */
  readonly command: readonly string[]
  readonly transport: 'socket' | 'undici'
  /** Milliseconds that a hanging event gets. */
  readonly timeout: number
}

export interface FaultyResult {
  /** Right answers by what was asked of the handler. */
  readonly right: Readonly<Record<Deed, number>>
  /** Descriptions of the first wrong ones. */
  readonly wrong: readonly string[]
  /** Answers that were posted for no open event. */
  readonly stray: number
  /** After a fifth of the events, and at the end. */
  readonly early: Sample
  readonly late: Sample
  /** Exit code after SIGTERM. */
  readonly code: number | null
  readonly seconds: number
}

export type Deed = 'echo' | 'fail' | 'kill' | 'hang'

/** 1 % fail, 0.1 % kill their worker, 0.1 % hang until the deadline. */
function deedOf(number: number): Deed {
  if (number % 1000 === 240) return 'kill'
  if (number % 1000 === 740) return 'hang'
  return number % 100 === 50 ? 'fail' : 'echo'
}

/** What is wrong with an answer; nothing = it is right. */
function complaint(deed: Deed, event: string, outcome: Outcome): string | undefined {
  if (outcome.posts !== 1) return `${outcome.posts} answers`
  if (deed === 'echo')
    return outcome.kind === 'response' && JSON.stringify(outcome.json()) === event
      ? undefined
      : `${outcome.kind}: ${outcome.text().slice(0, 200)}`
  if (outcome.kind !== 'error') return `${outcome.kind} in place of an error`
  if (deed === 'hang' && outcome.errorType !== 'Function.Timeout')
    return `${outcome.errorType}: ${outcome.text().slice(0, 200)}`
  return deed !== 'hang' && outcome.errorType === 'Function.Timeout' ? 'a timeout where none was due' : undefined
}

/** Runs handlers that fail in all ways on a runtime in a process of its own, and looks at every answer. */
export async function soakFaulty({ language, events, command, transport, timeout }: FaultySoak): Promise<FaultyResult> {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-soak-'))
  cpSync(handlers, folder, { recursive: true })
  writeFileSync(join(folder, 'anyhandler.config.json'), JSON.stringify({ transport }))
  const api = await RuntimeApiServer.start({ logSize: 0 })
  const [program = '', ...args] = command
  const runtime = spawn(program, [...args, 'run'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: `${language}:faulty`,
      LAMBDA_TASK_ROOT: folder,
    },
  })
  const ended = once(runtime, 'exit') as Promise<[number | null]>
  const right: Record<Deed, number> = { echo: 0, fail: 0, kill: 0, hang: 0 }
  const wrong: string[] = []
  const pid = runtime.pid ?? 0
  let early = await sample(pid)
  const start = performance.now()
  for (let number = 1; number <= events; number++) {
    const deed = deedOf(number)
    const event = JSON.stringify({ number, do: deed, text: `é "quoted" ${'x'.repeat(number % 500)}` })
    const outcome = await Promise.race([api.invoke(event, { timeout: deed === 'hang' ? timeout : 30_000 }), ended])
    if (Array.isArray(outcome)) {
      wrong.push(`event ${number} (${deed}): the runtime exited with ${String(outcome[0])}`)
      break
    }
    const why = complaint(deed, event, outcome)
    if (why === undefined) right[deed] += 1
    else wrong.push(`event ${number} (${deed}): ${why}`)
    if (number === Math.ceil(events / 5)) early = await sample(pid)
  }
  const seconds = (performance.now() - start) / 1000
  const late = await sample(pid)
  const stray = api.strayAnswers
  runtime.kill('SIGTERM')
  const [code] = await ended
  await api.close()
  rmSync(folder, { recursive: true })
  return { right, wrong, stray, early, late, code, seconds }
}

/**
 * What is wrong with a run, each with its figures: answers, the exit code, and what the runtime holds at the end beyond
 * what it held early on. Nothing = it is good.
 */
export function shortcomings({ wrong, stray, early, late, code }: FaultyResult): string[] {
  const found = [...wrong]
  if (stray > 0) found.push(`${stray} stray answers`)
  if (code !== 0) found.push(`exit code ${String(code)}`)
  if (late.processes > early.processes + 1) found.push(`${early.processes} → ${late.processes} processes`)
  if (late.descriptors > early.descriptors + 8) found.push(`${early.descriptors} → ${late.descriptors} descriptors`)
  if (late.memory > early.memory * 1.2 + 20) found.push(`${early.memory} → ${late.memory} MiB`)
  return found
}
