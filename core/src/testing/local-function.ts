import type { HostEnd } from '../host/host-end.ts'
import type { Host } from '../host/host.ts'
import type { BuiltIns } from '../language.ts'
import type { EventInput, InvokeOptions } from '../runtime-api-server/event.ts'
import type { Outcome } from '../runtime-api-server/outcome.ts'
import { RuntimeApiServer } from '../runtime-api-server/runtime-api-server.ts'

export interface LocalFunctionOptions {
  /** Absolute. */
  readonly root: string
  readonly handler: string
  readonly languages: BuiltIns
  /** The whole environment. */
  readonly variables: Readonly<Record<string, string>>
  readonly configFile?: string
  /** The time limit for loading, and for each event. */
  readonly timeoutMs: number
  readonly functionArn?: string
  readonly traceId?: string
}

/** A host in this process that serves one function, and the Runtime API that it uses. */
interface Running {
  readonly api: RuntimeApiServer
  readonly host: Host
  readonly end: Promise<HostEnd>
}

/** The host asks for as many events at once as the configuration says. */
const mostPollers = 1_000

/**
 * A function in this process. Its host starts with the first event, and again after it has ended, as Lambda starts
 * another process.
 */
export class LocalFunction {
  readonly #options: LocalFunctionOptions
  readonly #log: string[] = []
  #running: Promise<Running> | undefined
  #closed = false
  /** True if one of its threads is stuck in native code: only the end of the process ends it. */
  isStuck = false

  constructor(options: LocalFunctionOptions) {
    this.#options = options
  }

  get log(): readonly string[] {
    return this.#log
  }

  /**
   * Events run one after the other on one worker, unless the configuration says otherwise. Resolves when the host has
   * finished the event's work.
   */
  async invoke(event: EventInput, options: InvokeOptions): Promise<Outcome> {
    const { api, end } = await this.#open()
    const { timeoutMs, functionArn, traceId } = this.#options
    const usual = { timeout: timeoutMs, ...(functionArn && { functionArn }), ...(traceId && { traceId }) }
    const outcome = await api.invoke(event, { ...usual, ...options })
    // Log records until the next `/next` belong to this event.
    await Promise.race([api.idle(1), end])
    return outcome
  }

  /** Starts the host if necessary. Resolves when it asks for an event, or could not start. */
  async start(): Promise<void> {
    const { api, end } = await this.#open()
    await Promise.race([api.idle(1), end])
  }

  async close(): Promise<void> {
    this.#closed = true
    const running = await this.#running
    await running?.host.close()
    await running?.end
    await running?.api.close()
  }

  async #open(): Promise<Running> {
    if (this.#closed) throw new Error('the function is closed')
    this.#running ??= this.#start()
    return this.#running
  }

  async #start(): Promise<Running> {
    const { root, handler, languages, variables, configFile, timeoutMs } = this.#options
    // Loaded with the first event, so that users of the server alone don't pay for it.
    const [{ Host }, { readEnv }] = await Promise.all([import('../host/host.ts'), import('../env/env.ts')])
    const api = await RuntimeApiServer.start({ concurrency: mostPollers })
    const host = new Host({
      env: readEnv({ ...variables, AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: handler, LAMBDA_TASK_ROOT: root }),
      builtIns: languages,
      ...(configFile !== undefined && { configFile }),
      logTo: (record) => void this.#log.push(messageOf(record)),
      local: true,
      setupMs: timeoutMs,
    })
    const end = host.run()
    void end.then((ended) => {
      if (ended.reason === 'stuck') this.isStuck = true
      if (!this.#closed) this.#running = undefined
      // Waiting events end as on Lambda when a process ends.
      api.runtimeExited('exit status 1')
      if (!this.#closed) void api.close()
    })
    return { api, host, end }
  }
}

/** A record of the log without time, request id and level. */
function messageOf(record: string): string {
  return record
    .replace(/\n$/, '')
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t[A-Z]+\t/, '')
    .replaceAll('\r', '\n')
}
