import { isAnswer } from '../answer.ts'
import type { HttpAnswers, Invocation } from '../contract.ts'
import { mayBeHttp } from '../front-door.ts'
import type { Log } from '../log/log.ts'
import { normalise } from '../response/normalise.ts'
import type { Outgoing } from '../response/normalise.ts'
import { loadUnderUsualFlags } from '../usual-flags.ts'

/** Limit of different warnings: more than this come from data, not from the handler's code. */
const mostWarnings = 20

/**
 * Turns a plugin's result into a response. The code for HTTP dialects is loaded with the first answer that needs it: an
 * answer with a status, or, for a plugin with `http: 'shape'`, any answer to an event that may come from a front door.
 */
export class Shaping {
  readonly #plain: boolean
  readonly #on: boolean
  readonly #log: Log
  readonly #said = new Set<string>()

  /** @param shape the key of the configuration */
  constructor(shape: boolean, http: HttpAnswers | undefined, log: Log) {
    this.#on = shape && http !== 'never'
    this.#plain = http === 'shape'
    this.#log = log
  }

  /** @returns the response; a promise of it if it has to be written in a dialect */
  respond(value: unknown, invocation: Invocation): Outgoing | Promise<Outgoing> {
    const mayShape = this.#on && (this.#plain || (isAnswer(value) && value.http !== undefined))
    return mayShape && mayBeHttp(invocation.event) ? this.#shape(value, invocation) : normalise(value)
  }

  async #shape(value: unknown, invocation: Invocation): Promise<Outgoing> {
    const { inDialect } = await loadUnderUsualFlags(() => import('../http/in-dialect.ts'))
    const shaped = await inDialect(value, {
      invocation,
      plain: this.#plain,
      warn: (message) => this.#warn(message, invocation),
    })
    return shaped ?? normalise(value)
  }

  #warn(message: string, invocation: Invocation): void {
    if (this.#said.has(message) || this.#said.size >= mostWarnings) return
    this.#said.add(message)
    this.#log.record('WARN', message, { invocation })
  }
}
