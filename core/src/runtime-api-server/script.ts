import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from './call.ts'
import type { Endpoint } from './routes.ts'

/**
 * One scripted reaction to a call of an endpoint. A step without `status`, `raw` and a cutting `connection` only delays
 * the usual answer by `delay`.
 *
 * A scripted status on `/response` or `/error` ends the invocation: its outcome has the posted bytes and the status. If
 * the connection is cut before the whole answer was read (`after`), the event stays open.
 */
export interface ScriptStep {
  /** Answer with this status. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The API's error body for the status when absent. */
  readonly body?: string | Uint8Array
  /** Send these bytes instead of an HTTP response, then close the connection. */
  readonly raw?: string | Uint8Array
  /**
   * Act after this number of bytes of the request's body (0 = right after the headers), instead of after the whole
   * body.
   */
  readonly after?: number
  /** Milliseconds to wait before acting. */
  readonly delay?: number
  /**
   * - `destroy`: close the connection without an answer; `reset`: the same with a TCP reset;
   * - `close`: answer with `Connection: close`;
   * - `drop`: answer as if the connection stayed open, then close it.
   */
  readonly connection?: 'destroy' | 'reset' | 'close' | 'drop'
  /** The number of calls that use this step; 1 when absent, `Infinity` = all later ones. */
  readonly times?: number
}

/** The scripted steps of each endpoint, first in, first out. */
export class Scripts {
  readonly #steps = new Map<Endpoint, { step: ScriptStep; left: number }[]>()

  add(endpoint: Endpoint, steps: readonly ScriptStep[]): void {
    const list = this.#steps.get(endpoint) ?? []
    list.push(...steps.map((step) => ({ step, left: step.times ?? 1 })))
    this.#steps.set(endpoint, list)
  }

  take(endpoint: Endpoint): ScriptStep | undefined {
    const list = this.#steps.get(endpoint)
    const first = list?.[0]
    if (!list || !first) return undefined
    if (--first.left <= 0) list.shift()
    if (list.length === 0) this.#steps.delete(endpoint)
    return first.step
  }

  /** Removes the steps that were not used. */
  clear(): void {
    this.#steps.clear()
  }
}

/** True if the step itself answers (or cuts); otherwise the call goes on as usual. */
export function actsItself(step: ScriptStep): boolean {
  return step.status !== undefined || step.raw !== undefined || cuts(step)
}

/** True if the step sends no answer. */
export function cuts(step: ScriptStep): boolean {
  return step.connection === 'destroy' || step.connection === 'reset'
}

/** Carries out the step for a call whose body has been read. */
export async function act(step: ScriptStep, call: Call): Promise<void> {
  if (step.delay) await sleep(step.delay)
  const { socket } = call.request
  if (step.connection === 'destroy' || step.connection === 'reset') {
    call.cut(step.connection)
  } else if (step.raw !== undefined) {
    call.logged.status = 0
    socket.end(step.raw)
  } else if (step.status !== undefined) {
    if (step.connection === 'drop') call.response.on('finish', () => socket.end())
    call.reply(step.status, headersOf(step), bodyOf(step, step.status))
  }
}

function headersOf(step: ScriptStep): readonly string[] {
  const headers = Object.entries(step.headers ?? { 'Content-Type': 'application/json' }).flat()
  return step.connection === 'close' ? [...headers, 'Connection', 'close'] : headers
}

function bodyOf(step: ScriptStep, status: number): Uint8Array {
  if (step.body !== undefined) return Buffer.from(step.body as string)
  if (status < 300) return Buffer.from('{"status":"OK"}\n')
  return Buffer.from(
    `${JSON.stringify({ errorMessage: `scripted status ${status}`, errorType: usualTypes[status] ?? 'Scripted' })}\n`,
  )
}

const usualTypes: Readonly<Record<number, string>> = {
  400: 'InvalidRequestID',
  403: 'InvalidStateTransition',
  410: 'InvokeTimeout',
  413: 'RequestEntityTooLarge',
  500: 'InternalServerError',
}
