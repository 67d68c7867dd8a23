import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Leash } from './pipes.ts'
import { killMarked } from './processes.ts'

/** How soon after an event what it left behind is looked for. */
const delayMs = 100
/** A sweep reads /proc, which takes long on a busy machine: it may use this part of the time. */
const share = 0.02

/**
 * Ends what events of one lane left behind. What was started before the first event (mark `init`) is the driver's own, or a module's of a language whose
 * modules stay; what carries the mark of the running event is at work.
 */
export class Sweeper {
  readonly #prefix: string
  readonly #running: () => string | undefined
  #timer: NodeJS.Timeout | undefined
  #lastPid = ''
  #lastMs = 0

  constructor(prefix: string, running: () => string | undefined) {
    this.#prefix = prefix
    this.#running = running
  }

  /** Ends what still holds the leash; `false` = it can't be reached. */
  async now(leash: Leash, ms: number): Promise<boolean> {
    const prefix = this.#prefix
    for (const end = performance.now() + ms; leash.held; await sleep(1)) {
      if (performance.now() > end) return false
      killMarked({ prefix, spare: (mark) => mark === `${prefix}init` })
    }
    return true
  }

  /** Looks soon, unless no process was started on the machine since the last look. */
  later(): void {
    this.#timer ??= setTimeout(() => this.#look(), Math.max(delayMs, this.#lastMs / share)).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    this.#timer = undefined
    const lastPid = lastStartedPid()
    if (lastPid === this.#lastPid) return
    this.#lastPid = lastPid
    const start = performance.now()
    const running = this.#running()
    killMarked({ prefix: this.#prefix, spare: (mark) => mark === running || mark === `${this.#prefix}init` })
    this.#lastMs = performance.now() - start
    // What the running event has started by now is looked for after it.
    if (running !== undefined) this.#lastPid = ''
  }
}

/** Last field of /proc/loadavg: the process id given out most recently. */
function lastStartedPid(): string {
  return readFileSync('/proc/loadavg', 'latin1').trimEnd().split(' ').at(-1) ?? ''
}
