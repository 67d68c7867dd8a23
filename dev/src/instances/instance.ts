import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { InvokeOptions, ReportedError, Sent } from '@anyhandler/core/runtime-api'
import { HostProcess } from './host-process.ts'
import { failure } from './job.ts'
import type { Job, Served } from './job.ts'
import { memoryOf } from './memory.ts'
import { StartTimes, withHostTrace } from './start-times.ts'

export interface InstanceOptions {
  /** Counts the instances of this start. */
  readonly number: number
  readonly command: readonly string[]
  readonly root: string
  /** `_HANDLER`. */
  readonly handler: string
  readonly variables: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** MiB; absent = no limit. */
  readonly memory?: number
  /** A line of the log. `jobId` belongs to the running event, or to the last one. */
  onLine(line: { readonly text: string; readonly stream: 'out' | 'err' }, jobId: string | undefined): void
}

/** As many events at once as the configuration says may be asked for; one is given. */
const mostPollers = 1_000

/** Lambda gives an init phase 10 s; a function with a longer timeout that long. */
const leastInitMs = 10_000

/** How often the memory of a busy instance is looked at. */
const memoryEveryMs = 100
/** After events that follow each other faster it is not looked at each time: a look takes 0.5 ms. */
const leastPauseMs = 50

/**
 * An execution environment: the real host in a process of its own, behind a Runtime API of its own. It serves one event
 * at a time. It ends as Lambda ends it: at the timeout, over its memory, and when the runtime's process exits.
 */
export class Instance {
  readonly number: number
  readonly startedAt = Date.now()
  readonly #options: InstanceOptions
  readonly #api: RuntimeApiServer
  readonly #process: HostProcess
  readonly #times: StartTimes
  #jobId: string | undefined
  #readyAt: number | undefined
  #reason: string | undefined
  #closing: Promise<void> | undefined
  #initError: ReportedError | undefined
  #isLate = false
  readonly #started = Promise.withResolvers<boolean>()
  #peak = 0
  #lookedAt = 0

  private constructor(options: InstanceOptions, api: RuntimeApiServer) {
    const { number, command, root, handler } = options
    this.number = number
    this.#options = options
    this.#api = api
    const variables = {
      ...options.variables,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: root,
    }
    this.#times = new StartTimes(variables)
    this.#process = new HostProcess({
      command,
      cwd: root,
      variables: withHostTrace(variables),
      onLine: (text, stream) => {
        if (!this.#times.take(text)) options.onLine({ text, stream }, this.#jobId)
      },
    })
    const init = setTimeout(() => {
      this.#isLate = true
      this.#process.kill()
    }, this.#initMs)
    void this.#started.promise.then(() => clearTimeout(init))
    void api.idle(1).then(() => this.#begun())
    // When the process has ended, its list of loaded files is gone.
    void api.waitForInitError().then((error) => (this.#initError = error))
    void this.#process.ended.then(async (reason) => {
      this.#reason = reason
      this.#started.resolve(false)
      api.runtimeExited(reason)
      await api.close()
    })
  }

  static async start(options: InstanceOptions): Promise<Instance> {
    return new Instance(options, await RuntimeApiServer.start({ concurrency: mostPollers, late: 'refuse', logSize: 0 }))
  }

  /** Resolves when its process is gone. */
  get ended(): Promise<unknown> {
    return this.#process.ended
  }

  get isOver(): boolean {
    return this.#process.isOver
  }

  /** Resolves when it has asked for its first event, and with false when it ends before. */
  get started(): Promise<boolean> {
    return this.#started.promise
  }

  /** Resolves when it waits for an event, and with false when it is gone. */
  async ready(): Promise<boolean> {
    return Promise.race([this.#api.idle(1).then(() => true), this.#process.ended.then(() => false)])
  }

  /** The post to `/init/error`. */
  get initError(): ReportedError | undefined {
    return this.#initError
  }

  /** Milliseconds of its start, and of the language in it; undefined until it is ready. */
  get startTimes(): { readonly init: number; readonly language?: number } | undefined {
    if (this.#readyAt === undefined) return undefined
    const { languageMs } = this.#times
    const whole = this.#readyAt - this.startedAt
    const language = languageMs === undefined ? undefined : Math.min(languageMs, whole)
    return { init: whole - (language ?? 0), ...(language !== undefined && { language }) }
  }

  /** MiB: the most that was seen. */
  get memory(): number {
    return this.#peak
  }

  /** From now on its output belongs to this event, for which it is started. */
  expect(id: string): void {
    this.#jobId = id
  }

  /** Serves one event. Never rejects: any end of the instance becomes a failure of the event. */
  async serve(job: Job): Promise<Served> {
    this.#jobId = job.id
    const { timeoutMs } = this.#options
    let answeredAt = 0
    let deliveredAt: number | undefined
    let refusal: unknown
    const sent = this.#send(job.event, (error) => (refusal = error), {
      id: job.id,
      timeout: timeoutMs,
      ...(job.functionArn !== undefined && { functionArn: job.functionArn }),
      ...(job.traceId !== undefined && { traceId: job.traceId }),
      ...(job.clientContext !== undefined && { clientContext: job.clientContext }),
      ...(job.tenantId !== undefined && { tenantId: job.tenantId }),
      ...(job.keepBody !== undefined && { keepBody: job.keepBody }),
      onAnswer: (head) => {
        answeredAt = Date.now()
        job.onAnswer?.(head)
      },
      ...(job.onChunk && { onChunk: (bytes: Buffer) => job.onChunk?.(bytes) }),
    })
    sent?.delivered.then(
      () => (deliveredAt = Date.now()),
      () => {},
    )
    const watch = setInterval(() => this.#look(), memoryEveryMs)
    const outcome = await sent?.outcome.catch(() => undefined)
    clearInterval(watch)
    if (Date.now() - this.#lookedAt > leastPauseMs) this.#look()
    // Lambda ends the whole environment at the timeout.
    if (outcome?.kind === 'timeout') this.#process.kill()
    const { id } = job
    const delivery = deliveredAt === undefined ? {} : { deliveredAt }
    const at = { answeredAt: answeredAt || Date.now(), ...delivery }
    if (refusal !== undefined) return { ...failure('Runtime.LambdaContextUnmarshalError', refusal), ...at }
    if (!outcome) return { ...(await this.#died(id)), ...at }
    const { kind, failed, contentType, errorType, streamed, streamError } = outcome
    const body = kind === 'timeout' || kind === 'exit' ? withId(outcome.body, id) : outcome.body
    return { kind, failed, body, contentType, errorType, streamed, streamError, ...at }
  }

  /** Resolves when it can take the next event, or has ended. A process that still runs after the deadline is killed. */
  async atRest(): Promise<void> {
    const timer = this.#killAfter(this.#options.timeoutMs)
    await this.ready()
    // Its last lines may be read in this round: they are not the next event's.
    await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(timer)
  }

  /** Ends it as a shutdown of Lambda does. */
  close(): Promise<void> {
    this.#closing ??= this.#process.close().then(() => this.#api.close())
    return this.#closing
  }

  get #initMs(): number {
    return Math.max(leastInitMs, this.#options.timeoutMs)
  }

  #begun(): void {
    this.#readyAt ??= Date.now()
    this.#started.resolve(true)
  }

  /**
   * Undefined when the process has ended in this very moment, or when a header that goes with the event can't be sent.
   */
  #send(event: Uint8Array, refused: (error: unknown) => void, options: InvokeOptions): Sent | undefined {
    try {
      return this.#api.send(event, options)
    } catch (error) {
      if (!this.isOver) refused(error)
      return undefined
    }
  }

  /** It was gone before the event reached it. */
  async #died(id: string): Promise<Omit<Served, 'answeredAt'>> {
    await this.#process.ended
    const initError = this.#initError
    if (initError) {
      const { body, contentType, errorType } = initError
      return { kind: 'initError', failed: true, body, contentType, errorType, streamed: false }
    }
    const what =
      this.#reason === undefined
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: ${this.#reason}`
    const [kind, errorType, message] = this.#isLate
      ? (['timeout', 'Sandbox.Timedout', `Init timed out after ${this.#initMs / 1000} seconds`] as const)
      : (['exit', 'Runtime.ExitError', what] as const)
    const body = Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${id} Error: ${message}` }))
    return { kind, failed: true, body, contentType: 'application/json', errorType, streamed: false }
  }

  #look(): void {
    const { pid } = this.#process
    if (pid === undefined || this.isOver) return
    this.#lookedAt = Date.now()
    const used = memoryOf(pid)
    this.#peak = Math.max(this.#peak, used)
    if (this.#options.memory !== undefined && used > this.#options.memory) this.#process.kill()
  }

  #killAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#process.kill(), ms)
  }
}

/** Lambda puts the request id before its own messages. */
function withId(body: Buffer, id: string): Buffer {
  const error = JSON.parse(body.toString()) as { readonly errorType: string; readonly errorMessage: string }
  const { errorMessage } = error
  return Buffer.from(
    JSON.stringify({
      ...error,
      errorMessage: errorMessage.startsWith('RequestId: ') ? errorMessage : `RequestId: ${id} Error: ${errorMessage}`,
    }),
  )
}
