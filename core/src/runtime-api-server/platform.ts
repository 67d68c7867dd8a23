import { Answers } from './answers.ts'
import { readBody } from './body.ts'
import type { Call } from './call.ts'
import type { Late } from './event.ts'
import type { Exchange } from './exchange.ts'
import { Extensions } from './extensions.ts'
import { initOutcome, Lifecycle } from './lifecycle.ts'
import { errorBody } from './outcome.ts'
import { Pollers } from './pollers.ts'
import { invalidTransition } from './refusals.ts'
import { RequestLog } from './request-log.ts'
import type { Endpoint } from './routes.ts'
import { act, actsItself, Scripts } from './script.ts'

export interface RuntimeApiOptions {
  /**
   * The largest number of waiting `/next` calls; one more gets 500, as with `Runtime.TooManyIdleRuntimes`. 1 when
   * absent.
   */
  readonly concurrency?: number
  /** Behave as on Managed Instances; absent = with a concurrency above 1. */
  readonly managed?: boolean
  /** Offer `/restore/next` and `/restore/error`; without it they are 404. */
  readonly snapStart?: boolean
  /** The effect of a deadline, for events that don't set it; `accept` when absent. */
  readonly late?: Late
  /** After a cut-off answer or a bad mode header, refuse every `/next` with 403, as the classic emulator does. */
  readonly stuckAfterBadAnswer?: boolean
  /** The log keeps at least this number of latest requests; 1,000 when absent, 0 = none. */
  readonly logSize?: number
}

/** The parts behind the API's endpoints. */
export class Platform {
  readonly pollers: Pollers
  readonly answers: Answers
  readonly extensions: Extensions
  readonly lifecycle: Lifecycle
  readonly scripts = new Scripts()
  readonly log: RequestLog
  readonly #options: RuntimeApiOptions

  constructor(concurrency: number, options: RuntimeApiOptions) {
    const managed = options.managed ?? concurrency > 1
    this.#options = options
    this.log = new RequestLog(options.logSize ?? 1000)
    this.extensions = new Extensions(() => this.pollers.match())
    this.pollers = new Pollers({
      concurrency,
      managed,
      ready: () => this.extensions.ready,
      late: (exchange) => exchange.options.late ?? options.late ?? 'accept',
      timedOut: (exchange) => this.answers.remember(exchange),
    })
    this.answers = new Answers(this.pollers, managed)
    this.lifecycle = new Lifecycle((error) => {
      for (const exchange of this.pollers.takeQueued()) exchange.settle(initOutcome(error))
    })
  }

  async serve(call: Call): Promise<void> {
    this.log.add(call.logged)
    const endpoint = call.route?.endpoint
    const step = endpoint && this.scripts.take(endpoint)
    if (endpoint === 'response' || endpoint === 'error') return this.answers.take(call, endpoint, step)
    if (step && actsItself(step)) {
      await readBody(call.request, { limit: 0, until: step.after })
      return act(step, call)
    }
    if (step) await act(step, call)
    return this.#answer(call, endpoint)
  }

  /** To be called when the runtime's process has ended: ends its events, and resets the state. */
  exited(reason: string | undefined): void {
    for (const exchange of this.pollers.open.values()) this.#endByExit(exchange, reason)
    this.answers.stuck = false
    this.lifecycle.reset()
    this.extensions.clear()
  }

  /** Ends running events without an outcome. */
  abandon(reason: Error): void {
    for (const exchange of [...this.pollers.takeQueued(), ...this.pollers.open.values()]) exchange.reject(reason)
    this.pollers.open.clear()
  }

  #answer(call: Call, endpoint: Endpoint | undefined): void | Promise<void> {
    const { snapStart } = this.#options
    if (endpoint === 'next') return this.#next(call)
    if (endpoint === 'init/error') return this.lifecycle.initFailed(call)
    if (endpoint === 'restore/next' && snapStart) return this.lifecycle.snapshot(call)
    if (endpoint === 'restore/error' && snapStart) return this.lifecycle.restoreFailed(call)
    if (endpoint === 'extension/register') return this.extensions.register(call, this.lifecycle.initialised)
    if (endpoint === 'extension/event/next') return this.extensions.next(call)
    if (endpoint === 'ping') return call.reply(200, plainText, Buffer.from('pong'))
    return call.reply(404, plainText, Buffer.from('404 page not found\n'))
  }

  #next(call: Call): void {
    this.lifecycle.initialised = true
    if (this.answers.stuck && this.#options.stuckAfterBadAnswer)
      call.refuse(invalidTransition('InvocationResponse', 'Ready'))
    else this.pollers.poll(call)
  }

  #endByExit(exchange: Exchange, reason: string | undefined): void {
    const what =
      reason === undefined ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${reason}`
    const body = errorBody('Runtime.ExitError', `RequestId: ${exchange.id} Error: ${what}`)
    this.answers.remember(exchange)
    exchange.settle({ kind: 'exit', status: 0, errorType: 'Runtime.ExitError', contentType: 'application/json', body })
    this.pollers.release(exchange)
  }
}

const plainText = ['Content-Type', 'text/plain; charset=utf-8']
