import { readFileSync } from 'node:fs'
import { hostMark } from '../mark.ts'
import { pause } from '../waiting.ts'
import type { Leash } from './leash.ts'
import { killMarked } from './processes.ts'

/** How soon after an event what it left behind is looked for. */
const delayMs = 100
/** A sweep reads /proc, which takes long on a busy machine: it may use this part of the time. */
const share = 0.02

/** By prefix, those with an event since the last look: one look serves all lanes. */
const due = new Map<string, Sweeper>()
let timer: NodeJS.Timeout | undefined
let lastMs = 0

/**
 * Ends what events of one lane left behind. What was started before the first event (mark `init`) is the driver's own, or a module's of a language whose
 * modules stay; what carries the mark of the running event is at work.
 */
export class Sweeper {
  readonly #prefix: string
  readonly #running: () => string | undefined
  #lastPid = ''

  constructor(prefix: string, running: () => string | undefined) {
    this.#prefix = prefix
    this.#running = running
  }

  /** Ends what still holds the leash; `false` = it can't be reached. */
  async now(leash: Leash, ms: number): Promise<boolean> {
    const prefix = this.#prefix
    for (const end = performance.now() + ms; leash.held; await pause(1)) {
      if (performance.now() > end) return false
      killMarked({ prefix, spare: (mark) => mark === `${prefix}init` })
    }
    return true
  }

  /** Looks soon, unless no process was started on the machine since the last look. */
  later(): void {
    due.set(this.#prefix, this)
    timer ??= setTimeout(look, Math.max(delayMs, lastMs / share)).unref()
  }

  stop(): void {
    due.delete(this.#prefix)
  }

  /** Whether there may be something new; what the running event has started by now is looked for after it. */
  begin(lastPid: string): boolean {
    if (lastPid === this.#lastPid) return false
    this.#lastPid = this.#running() === undefined ? lastPid : ''
    return true
  }

  spares(mark: string): boolean {
    return mark === this.#running() || mark === `${this.#prefix}init`
  }
}

function look(): void {
  timer = undefined
  const lastPid = lastStartedPid()
  const sweepers = new Map([...due].filter(([, sweeper]) => sweeper.begin(lastPid)))
  due.clear()
  if (sweepers.size === 0) return
  const start = performance.now()
  killMarked({ prefix: `${hostMark}-`, spare: (mark) => sweepers.get(laneOf(mark))?.spares(mark) ?? true })
  lastMs = performance.now() - start
}

/** `HOST-LANE-` of `HOST-LANE-EVENT`. */
function laneOf(mark: string): string {
  return mark.slice(0, mark.lastIndexOf('-') + 1)
}

/** Last field of /proc/loadavg: the process id given out most recently. */
function lastStartedPid(): string {
  return readFileSync('/proc/loadavg', 'latin1').trimEnd().split(' ').at(-1) ?? ''
}
