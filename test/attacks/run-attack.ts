import { setTimeout as sleep } from 'node:timers/promises'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import { isAlive } from '../support/processes.ts'
import type { Attack, Step } from './attack.ts'
import { peakOf } from './census.ts'
import type { Census } from './census.ts'
import { AttackedHost } from './host.ts'
import { addressOf, startProxy } from './proxy.ts'
import type { Sandbox } from './sandbox.ts'

export interface AttackOptions {
  readonly sandbox: Sandbox
  /** The program and its arguments that make the `anyhandler` command. */
  readonly command: readonly string[]
  /**
   * As on Managed Instances: so many events at a time, all but one of which are another handler's that did nothing
   * wrong.
   */
  readonly atOnce?: number
}

/** No attack takes longer. Milliseconds. */
const limitMs = { quick: 120_000, slow: 180_000 }
/** How soon after the last answer all must be as it was before. Milliseconds. */
const cleanMs = 15_000
/** A machine that is busy with other attacks may take so long for an answer at a deadline. Milliseconds. */
const lateMs = 3_000
/** And so long for the end of a host that is told to end. Milliseconds. */
const endMs = 30_000
/** The host's memory stays below it. Bytes. */
const memoryLimit = 512 * 1_048_576

/** Attacks a host of its own. @returns what broke, a sentence each; nothing when all held */
export async function runAttack(given: Attack, options: AttackOptions): Promise<readonly string[]> {
  const { sandbox, command, atOnce = 1 } = options
  const attack = atOnce > 1 ? withOthers(given, atOnce) : given
  const limit = attack.slow ? limitMs.slow : limitMs.quick
  const api = await RuntimeApiServer.start(attack.api)
  const proxy = attack.onTheWire && (await startProxy(api.address, attack.onTheWire))
  const host = new AttackedHost(attack, sandbox, command, proxy ? addressOf(proxy) : api.address)
  try {
    return await Promise.race([
      new Assault(attack, api, host, atOnce - 1).run(),
      sleep(limit, [`it took longer than ${limit / 1000} s`], { ref: false }),
    ])
  } finally {
    await host.close()
    await api.close()
    proxy?.close()
  }
}

/** Whether an attack has a harmless event that may be sent meanwhile. */
export function mayHaveOthers({ first, endsHost, initError, terminateAfter, alone }: Attack): boolean {
  return first !== undefined && alone === undefined && !endsHost && !initError && terminateAfter === undefined
}

/** The same attack on a host that takes several events at a time. */
function withOthers(attack: Attack, atOnce: number): Attack {
  return {
    ...attack,
    env: { ...attack.env, AWS_LAMBDA_MAX_CONCURRENCY: String(atOnce) },
    api: { ...attack.api, concurrency: atOnce },
  }
}

class Assault {
  readonly #attack: Attack
  readonly #api: RuntimeApiServer
  readonly #host: AttackedHost
  readonly #others: number
  readonly #found: string[] = []

  constructor(attack: Attack, api: RuntimeApiServer, host: AttackedHost, others: number) {
    this.#attack = attack
    this.#api = api
    this.#host = host
    this.#others = others
  }

  async run(): Promise<readonly string[]> {
    const { initError, terminateAfter, first, steps, endsHost = false, log } = this.#attack
    const host = this.#host
    await host.start()
    void host.ended.then(() => this.#api.runtimeExited(`exit status ${host.code}`))
    if (initError) await this.#expectInitError(initError)
    else if (terminateAfter !== undefined) await this.#awaitLoading(terminateAfter)
    else await this.#attackWith(first ? [first, first] : [], steps)
    if (log && !log.test(host.log)) this.#fault(`the log does not match ${String(log)}`)
    if (endsHost) await this.#expectNothing()
    else await this.#expectEnd()
    if (this.#found.length > 0) this.#found.push(`log: ${host.log.slice(-1_500)}`)
    return this.#found
  }

  async #attackWith(first: readonly Step[], steps: readonly Step[]): Promise<void> {
    const { endsHost = false, keeps = 0 } = this.#attack
    const host = this.#host
    for (let lanes = 0; lanes <= this.#others; lanes++)
      await this.#send(first.map((step) => ({ ...step, together: this.#others > 0, times: 1 + this.#others })))
    // SQL has no drivers. Others' watcher starts some milliseconds after the first event.
    const hasDrivers = !Object.keys(this.#attack.files).some((name) => name.endsWith('.sql'))
    while (first.length > 0 && hasDrivers && !host.census().isWatched) await sleep(10)
    const before = await this.#steadyCensus()
    const attacked = this.#send(steps)
    const others = Array.from({ length: this.#others }, () => this.#sendUntil(attacked))
    await Promise.all([attacked, ...others])
    if (this.#api.strayAnswers > 0) this.#fault(`${this.#api.strayAnswers} stray answers`)
    if (endsHost) return
    if (!isAlive(host.pid)) return this.#fault(`the host has ended with ${host.code}`)
    await this.#expectClean(before, keeps)
    const peak = peakOf(host.pid)
    if (peak > memoryLimit) this.#fault(`the host took ${Math.round(peak / 1_048_576)} MiB`)
  }

  /** What the host holds when nothing changes: a worker that has died by itself may be starting anew. */
  async #steadyCensus(): Promise<Census> {
    let last = this.#host.census()
    for (let same = 0, tries = 0; same < 2 && tries < 30; tries++) {
      await sleep(30)
      const now = this.#host.census()
      const isSame = now.descriptors === last.descriptors && now.processes.length === last.processes.length
      same = isSame ? same + 1 : 0
      last = now
    }
    return last
  }

  async #send(steps: readonly Step[]): Promise<void> {
    const checks: Promise<void>[] = []
    for (const step of steps) {
      for (let i = 0; i < (step.times ?? 1); i++) {
        if (step.after) await sleep(step.after)
        const sent = this.#api.invoke(step.event, { timeout: step.timeout ?? 5_000, ...step.options })
        checks.push(sent.then((outcome) => this.#check(step, outcome)))
        if (!step.together) await checks.at(-1)
      }
    }
    await Promise.all(checks)
  }

  /** Sends harmless events, one after the other, as long as the attack goes on. */
  async #sendUntil(attacked: Promise<void>): Promise<void> {
    const { first, steps } = this.#attack
    const harmless = steps.find(({ event }) => event === '"slow"') ?? first
    let isOver = false
    void attacked.finally(() => (isOver = true))
    while (!isOver && harmless) await this.#send([harmless])
  }

  #check({ event, answer }: Step, outcome: Outcome): void {
    const { kind, errorType, posts, at, deadline } = outcome
    const text = `${kind} ${kind === 'error' ? `${errorType} ` : ''}${outcome.text()}`
    const shown = (whole: unknown): string => String(whole).slice(0, 300)
    const isRight = typeof answer === 'string' ? text === answer : answer.test(text)
    if (!isRight) this.#fault(`${event.slice(0, 40)} got ${JSON.stringify(shown(text))} in place of ${shown(answer)}`)
    if (kind !== 'exit' && posts !== 1) this.#fault(`${event} got ${posts} answers`)
    if (at > deadline + lateMs) this.#fault(`${event} was answered ${at - deadline} ms after its deadline`)
  }

  /** The driver is there, and loads the handler. */
  async #awaitLoading(ms: number): Promise<void> {
    while (this.#host.census().processes.length === 0) await sleep(10)
    await sleep(ms)
  }

  async #expectInitError(expected: RegExp): Promise<void> {
    const error = await this.#api.waitForInitError()
    const text = `${error.errorType} ${error.body.toString()}`
    if (!expected.test(text)) this.#fault(`the init error is ${text.slice(0, 500)}`)
    if (/node:internal|core\/(src|dist)|plugins\/\w+\/(src|dist)/.test(text))
      this.#fault(`it has a stack of ours: ${text.slice(0, 500)}`)
    await this.#host.ended
  }

  /** Everything is as it was before the attack. */
  async #expectClean(before: Census, keeps: number): Promise<void> {
    const more = (now: Census): readonly string[] => [
      ...(now.processes.length > before.processes.length + keeps
        ? [`processes are left: ${now.processes.join(', ')}; before: ${before.processes.join(', ')}`]
        : []),
      ...(keeps === 0 && now.descriptors > before.descriptors
        ? [`${before.descriptors} → ${now.descriptors} descriptors`]
        : []),
      ...(now.files > before.files ? [`${before.files} → ${now.files} files`] : []),
    ]
    let found = more(this.#host.census())
    for (const end = Date.now() + cleanMs; found.length > 0 && Date.now() < end; found = more(this.#host.census()))
      await sleep(25)
    this.#found.push(...found)
  }

  /** The host ends when it is told to, and takes everything with it. */
  async #expectEnd(): Promise<void> {
    const host = this.#host
    if (isAlive(host.pid)) host.terminate()
    const code = await Promise.race([host.ended.then(() => host.code), sleep(endMs, 'none', { ref: false })])
    const expected = this.#attack.initError ? 1 : 0
    if (code !== expected) this.#fault(`exit code ${String(code)} in place of ${expected}`)
    const { files } = this.#host.census()
    if (files > 0) this.#fault(`the private folder is left, with ${files} files`)
    await this.#expectNothing()
  }

  async #expectNothing(): Promise<void> {
    let left = this.#host.census().processes
    for (const end = Date.now() + cleanMs; left.length > 0 && Date.now() < end; left = this.#host.census().processes)
      await sleep(25)
    if (left.length > 0) this.#fault(`after the host's end there are still: ${left.join(', ')}`)
  }

  #fault(sentence: string): void {
    this.#found.push(sentence)
  }
}
