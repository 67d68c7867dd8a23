import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answerBrokenRequest } from './broken-request.ts'
import { Call } from './call.ts'
import type { LoggedRequest } from './call.ts'
import type { EventInput, InvokeOptions } from './event.ts'
import { Exchange } from './exchange.ts'
import type { Sent } from './exchange.ts'
import type { Extension } from './extensions.ts'
import type { ReportedError } from './lifecycle.ts'
import type { Outcome } from './outcome.ts'
import { Platform } from './platform.ts'
import type { RuntimeApiOptions } from './platform.ts'
import type { Endpoint } from './routes.ts'
import type { ScriptStep } from './script.ts'

/**
 * No time limits, because `/next` may wait forever. The limit of headers leaves room for an X-Ray cause, which runtimes
 * keep below 1 MiB.
 */
const httpOptions = {
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
  connectionsCheckingInterval: 2 ** 30,
  maxHeaderSize: 2 ** 20,
}

/**
 * The AWS Lambda Runtime API in this process: real HTTP on 127.0.0.1, with the platform's endpoints, headers and
 * statuses. Methods send events and return outcomes.
 *
 * ```ts
 * await using api = await RuntimeApiServer.start()
 * // start a runtime with AWS_LAMBDA_RUNTIME_API = api.address, then:
 * const outcome = await api.invoke({ name: 'World' }, { timeout: 3000 })
 * ```
 */
export class RuntimeApiServer implements AsyncDisposable {
  /** The largest number of waiting `/next` calls. */
  readonly concurrency: number
  readonly #platform: Platform
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(options: RuntimeApiOptions) {
    this.concurrency = options.concurrency ?? 1
    this.#platform = new Platform(this.concurrency, options)
    this.#server = createServer(httpOptions, (request, response) => {
      void this.#platform.serve(new Call(request, response))
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('clientError', answerBrokenRequest)
  }

  /** Listens on a random port of 127.0.0.1. */
  static async start(options: RuntimeApiOptions = {}): Promise<RuntimeApiServer> {
    const api = new RuntimeApiServer(options)
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
    return api
  }

  /** `127.0.0.1:PORT`, the value for `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /**
   * Queues an event; the first runtime that asks gets it.
   * @throws Error when the id is already running, the server is closed, or a header can't be sent
   */
  send(event: EventInput, options: InvokeOptions = {}): Sent {
    if (!this.#server.listening) throw new Error('the runtime API server is closed')
    const exchange = new Exchange(event, options)
    if (this.#platform.pollers.open.has(exchange.id))
      throw new Error(`an event with the id '${exchange.id}' is already running`)
    this.#platform.pollers.push(exchange)
    return exchange
  }

  /**
   * Queues an event and waits for its outcome without a time limit. A failed function is an outcome, not a rejection.
   */
  invoke(event: EventInput, options?: InvokeOptions): Promise<Outcome> {
    return this.send(event, options).outcome
  }

  /** Adds scripted steps for the next calls of an endpoint, one step for each call. */
  script(endpoint: Endpoint, ...steps: readonly ScriptStep[]): void {
    this.#platform.scripts.add(endpoint, steps)
  }

  /** Removes the steps that were not used. */
  clearScripts(): void {
    this.#platform.scripts.clear()
  }

  /** The latest requests, oldest first; the option `logSize` is their number. */
  get requests(): readonly LoggedRequest[] {
    return this.#platform.log.requests
  }

  /** The post to `/init/error`. */
  get initError(): ReportedError | undefined {
    return this.#platform.lifecycle.initError
  }

  waitForInitError(): Promise<ReportedError> {
    return this.#platform.lifecycle.waitForError('init')
  }

  /** The post to `/restore/error`. */
  get restoreError(): ReportedError | undefined {
    return this.#platform.lifecycle.restoreError
  }

  waitForRestoreError(): Promise<ReportedError> {
    return this.#platform.lifecycle.waitForError('restore')
  }

  /** Resolves when a runtime waits at `/restore/next`: the moment of the snapshot. */
  waitForSnapshot(): Promise<void> {
    return this.#platform.lifecycle.waitForSnapshot()
  }

  /** Lets `/restore/next` return, also a later call. */
  restore(): void {
    this.#platform.lifecycle.restore()
  }

  /** The number of `/next` calls that wait now. */
  get waiting(): number {
    return this.#platform.pollers.waiting
  }

  /** The largest number of `/next` calls that waited at the same time, refused ones included. */
  get peakWaiting(): number {
    return this.#platform.pollers.peakWaiting
  }

  /** The number of events that are delivered and not yet answered. */
  get open(): number {
    return this.#platform.pollers.open.size
  }

  /** The largest number of events that were open at the same time. */
  get peakOpen(): number {
    return this.#platform.pollers.peakOpen
  }

  /**
   * The number of answers for an id that wasn't open: unknown, or already answered. It is 0 after a test of a good
   * runtime.
   */
  get strayAnswers(): number {
    return this.#platform.answers.stray
  }

  /** The extensions that have registered. */
  get extensions(): readonly Extension[] {
    return this.#platform.extensions.all
  }

  /**
   * Resolves when no event is queued or open, and `pollers` calls of `/next` wait (as many as the concurrency when
   * absent).
   */
  idle(pollers = this.concurrency): Promise<void> {
    return this.#platform.pollers.idle(pollers)
  }

  /** Ends every connection, even while a `/next` waits on it, as a freeze or a restored snapshot does. */
  dropConnections(how: 'destroy' | 'reset' = 'destroy'): void {
    for (const socket of this.#sockets) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    }
  }

  /**
   * To be called when the runtime's process has ended. Open events end as on the platform (`Runtime.ExitError`), and a
   * new process may start from init.
   * @param reason `exit status 1`, `signal: killed`; absent = exit code 0
   */
  runtimeExited(reason?: string): void {
    this.#platform.exited(reason)
  }

  /** Ends all connections; pending outcomes reject. A second call does no harm. */
  async close(): Promise<void> {
    this.#platform.abandon(new Error('the runtime API server was closed before the event was answered'))
    if (!this.#server.listening) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.dropConnections()
    await promise
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
