import { bytesOf, eventHeaders, newRequestId } from './event.ts'
import type { EventHeaders, EventInput, InvokeOptions } from './event.ts'
import { Outcome } from './outcome.ts'
import type { OutcomeInit, Tally } from './outcome.ts'

/** An event that was sent: the result of `send()`. */
export interface Sent {
  /** Request id. */
  readonly id: string
  /** Resolves with the deadline in epoch milliseconds when a runtime has first taken the event. */
  readonly delivered: Promise<number>
  /**
   * Stays pending until an answer is posted for the event, or until the event ends in another way. Rejects only if the
   * server is closed before.
   */
  readonly outcome: Promise<Outcome>
}

/**
 * `queued` → `open` (a runtime has it) → `answering` (a post is being read) → `settled`. If an answer is refused at
 * once, `answering` goes back to `open`.
 */
export type ExchangeState = 'queued' | 'open' | 'answering' | 'settled'

/** One event with its answer, on the server's side. */
export class Exchange implements Sent {
  readonly id: string
  readonly event: Buffer
  readonly options: InvokeOptions
  readonly tally: Tally = { posts: 0, timedOut: false }
  state: ExchangeState = 'queued'
  /** Epoch milliseconds; 0 until the first delivery. */
  deadline = 0
  timer: NodeJS.Timeout | undefined
  readonly #delivered = Promise.withResolvers<number>()
  readonly #outcome = Promise.withResolvers<Outcome>()
  readonly #headers: EventHeaders
  #taken = false

  constructor(event: EventInput, options: InvokeOptions) {
    this.id = options.id ?? newRequestId()
    this.event = bytesOf(event)
    this.options = options
    this.#headers = eventHeaders(this.id, options)
    // Some callers look at only one of the two promises.
    this.#delivered.promise.catch(() => {})
    this.#outcome.promise.catch(() => {})
  }

  get delivered(): Promise<number> {
    return this.#delivered.promise
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome.promise
  }

  get taken(): boolean {
    return this.#taken
  }

  /** Gives the headers of `/next`. The time to the deadline starts with the first delivery. */
  deliver(): readonly string[] {
    const { flat, deadlineAt } = this.#headers
    if (!this.#taken) {
      this.#taken = true
      this.deadline = this.options.deadline ?? Date.now() + (this.options.timeout ?? 30_000)
      if (deadlineAt >= 0) flat[deadlineAt] = String(this.deadline)
      this.#delivered.resolve(this.deadline)
    }
    this.state = 'open'
    return flat
  }

  settle(init: Omit<OutcomeInit, 'id' | 'deadline' | 'tally'>): void {
    if (this.state === 'settled') return
    this.state = 'settled'
    clearTimeout(this.timer)
    this.#outcome.resolve(new Outcome({ ...init, id: this.id, deadline: this.deadline, tally: this.tally }))
  }

  reject(reason: Error): void {
    this.state = 'settled'
    clearTimeout(this.timer)
    this.#delivered.reject(reason)
    this.#outcome.reject(reason)
  }
}
