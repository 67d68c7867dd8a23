import type { Call } from './call.ts'
import type { Exchange } from './exchange.ts'
import { Fifo } from './fifo.ts'
import { errorBody } from './outcome.ts'
import { refusals } from './refusals.ts'

/** A longer `setTimeout` would fire at once. */
const longestTimer = 2 ** 31 - 1

export interface PollerRules {
  /** The largest number of waiting `/next` calls. */
  readonly concurrency: number
  /**
   * Managed Instances: a `/next` during an open event asks for another event. Classic: it gets the open event again.
   */
  readonly managed: boolean
  /** Events wait until this is true: registered extensions must be ready. */
  ready(): boolean
  late(exchange: Exchange): 'accept' | 'refuse'
  /** The deadline has ended an exchange. */
  timedOut(exchange: Exchange): void
}

/** Matches waiting `/next` calls with waiting events. */
export class Pollers {
  /** Events that are delivered and not yet answered, by id. */
  readonly open = new Map<string, Exchange>()
  readonly #rules: PollerRules
  readonly #queue = new Fifo<Exchange>()
  readonly #waiting = new Set<Call>()
  readonly #idlers = new Set<{ readonly pollers: number; readonly resolve: () => void }>()
  /** The largest number of `/next` calls that waited at the same time, refused ones included. */
  peakWaiting = 0
  /** The largest number of events that were open at the same time. */
  peakOpen = 0

  constructor(rules: PollerRules) {
    this.#rules = rules
  }

  get waiting(): number {
    return this.#waiting.size
  }

  get queued(): number {
    return this.#queue.size
  }

  /** Handles a `/next` call. */
  poll(call: Call): void {
    const again = this.#rules.managed ? undefined : this.#openEvent()
    if (again) this.#deliver(again, call)
    else if (this.#waiting.size < this.#rules.concurrency) this.#wait(call)
    // A runtime may reconnect before the end of its old connection is noticed, so check again a little later.
    else setImmediate(() => this.#waitOrRefuse(call))
  }

  /** Adds an event to the queue. */
  push(exchange: Exchange): void {
    this.#queue.push(exchange)
    this.match()
  }

  /** Gives waiting events to waiting calls. */
  match(): void {
    while (this.#queue.size > 0 && this.#waiting.size > 0 && this.#rules.ready()) {
      const [call] = this.#waiting as Iterable<Call> as [Call]
      this.#waiting.delete(call)
      this.#deliver(this.#queue.shift() as Exchange, call)
    }
    this.#tellIdlers()
  }

  /** An exchange has ended, so its id is free. */
  release(exchange: Exchange): void {
    this.open.delete(exchange.id)
    this.#tellIdlers()
  }

  /** Removes and returns all events that no runtime has taken. */
  takeQueued(): readonly Exchange[] {
    return this.#queue.drain()
  }

  /** Resolves when no event is queued or open, and this number of `/next` calls wait. */
  async idle(pollers: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#idlers.add({ pollers, resolve })
    this.#tellIdlers()
    await promise
  }

  #openEvent(): Exchange | undefined {
    for (const exchange of this.open.values()) if (exchange.state === 'open') return exchange
    return undefined
  }

  #waitOrRefuse(call: Call): void {
    for (const other of this.#waiting) if (other.request.socket.destroyed) this.#waiting.delete(other)
    if (this.#waiting.size < this.#rules.concurrency) this.#wait(call)
    else {
      this.peakWaiting = Math.max(this.peakWaiting, this.#waiting.size + 1)
      call.refuse(refusals.internal)
    }
  }

  #wait(call: Call): void {
    this.#waiting.add(call)
    this.peakWaiting = Math.max(this.peakWaiting, this.#waiting.size)
    call.response.on('close', () => {
      this.#waiting.delete(call)
    })
    this.match()
  }

  #deliver(exchange: Exchange, call: Call): void {
    this.open.set(exchange.id, exchange)
    this.peakOpen = Math.max(this.peakOpen, this.open.size)
    const first = !exchange.taken
    const headers = exchange.deliver()
    if (first && this.#rules.late(exchange) === 'refuse') this.#watch(exchange)
    call.response.on('close', () => this.#takeBack(exchange, call))
    call.reply(200, headers, exchange.event)
  }

  /**
   * The connection broke before the whole event was sent, so no runtime has it. (The classic API sends it again
   * anyway.)
   */
  #takeBack(exchange: Exchange, call: Call): void {
    if (!this.#rules.managed || call.response.writableFinished || exchange.state !== 'open') return
    this.open.delete(exchange.id)
    exchange.state = 'queued'
    this.#queue.unshift(exchange)
    this.match()
  }

  #watch(exchange: Exchange): void {
    const allowed = exchange.deadline - Date.now()
    if (allowed > longestTimer) return
    exchange.timer = setTimeout(() => {
      exchange.tally.timedOut = true
      const body = errorBody('Sandbox.Timedout', `Task timed out after ${(allowed / 1000).toFixed(2)} seconds`)
      exchange.settle({
        kind: 'timeout',
        status: 0,
        errorType: 'Sandbox.Timedout',
        contentType: 'application/json',
        body,
      })
      this.#rules.timedOut(exchange)
      this.release(exchange)
    }, allowed)
  }

  #tellIdlers(): void {
    if (this.#idlers.size === 0 || this.#queue.size > 0 || this.open.size > 0) return
    for (const idler of this.#idlers) {
      if (this.#waiting.size < idler.pollers) continue
      this.#idlers.delete(idler)
      idler.resolve()
    }
  }
}
