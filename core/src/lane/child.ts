import { setTimeout as delay } from 'node:timers/promises'
import { HandlerError, HostError } from '../errors.ts'
import { explainStart, parseFailure } from './child-errors.ts'
import { DriverProcess } from './driver-process.ts'
import { openEventFile } from './event-file.ts'
import { encodeFrame } from './frames.ts'
import type { Frame } from './frames.ts'
import { LaneBrokenError } from './lane.ts'
import type { Lane, Reply, RunOptions, TaskFailure } from './lane.ts'
import { Leash, PipeReader, PipeWriter } from './pipes.ts'
import { hostMark, kill, killMarkedAndWait, markName } from './processes.ts'
import { Sweeper } from './sweeper.ts'
import { startWatcher } from './watcher.ts'

export interface ChildLaneOptions {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly variables: Readonly<Record<string, string>>
  /** End of the sentence that says that `file` is missing: how to get it. */
  readonly cure: string
  /** Payload of the `load` frame: `key=value` lines. */
  readonly load: string
  /** The driver writes the failures that it reports to the log itself. */
  readonly logsFailures?: boolean
  /** A private folder for events too long for a frame. */
  readonly tmp: string
  /** Gets output that came while no task was running. */
  onStray(output: string, chunk: Buffer): void
}

export interface ChildTask {
  /** Payload of the `context` frame, without the mark: `key=value` lines, each with its newline. */
  readonly context: string
  readonly event: Uint8Array
  /** Gets the `head` frame's JSON. */
  onHead(payload: Buffer): void
  /** Gets what the task writes; a promise makes the pipe wait. */
  onOutput(output: string, chunk: Buffer): void | PromiseLike<void>
}

/** What a driver says in its `ready` frame. */
interface Ready {
  readonly protocol: number
  /** The driver's own process, when a wrapper stands between. */
  readonly pid?: number
  readonly outputs?: Readonly<Record<string, number>>
  readonly stdin?: number
  readonly frameLimit?: number
  readonly leash?: number
  /** It answers `hook` frames. */
  readonly hooks?: boolean
}

/** SnapStart's two moments. */
export type HookPhase = 'before-snapshot' | 'after-restore'

interface Current {
  readonly task: ChildTask
  readonly options: Pick<RunOptions, 'onChunk'>
  readonly mark: string
  readonly closeFile: (() => void) | undefined
  readonly resolve: (reply: Reply<Buffer>) => void
  readonly reject: (error: Error) => void
}

const protocol = 1
let laneCount = 0

/** How long an idle driver gets to end when its control descriptor ends. */
const closeMs = 200
/** How long what outlived an event gets to disappear after SIGKILL before its lane is given up. */
const stragglerMs = 500

/** A warm driver that speaks the frame protocol of docs/child-languages.md. */
export class ChildLane implements Lane<ChildTask, Buffer> {
  readonly #options: ChildLaneOptions
  readonly #prefix = `${hostMark}-${(laneCount += 1)}-`
  readonly #driver: DriverProcess
  readonly #sweeper = new Sweeper(this.#prefix, () => this.#current?.mark)
  readonly #outputs: PipeReader[] = []
  #ready: Ready = { protocol }
  #stdin: PipeWriter | undefined
  #leash: Leash | undefined
  #alive = true
  #starting: { resolve(): void; reject(error: Error): void } | undefined
  #cause: string | undefined
  #current: Current | undefined
  #events = 0

  /**
   * Starts the driver and loads the handler.
   * @throws HostError `Runtime.InterpreterNotFound`, or `Runtime.DriverFailed` when it ended before it was ready
   * @throws HandlerError what the driver's `failed` frame said about the handler
   */
  static async open(options: ChildLaneOptions): Promise<ChildLane> {
    startWatcher()
    const lane = new ChildLane(options)
    try {
      await new Promise<void>((resolve, reject) => {
        lane.#starting = { resolve, reject }
      })
    } catch (error) {
      await lane.kill()
      throw error
    }
    lane.#starting = undefined
    return lane
  }

  private constructor(options: ChildLaneOptions) {
    this.#options = options
    const env = { ...options.variables, [markName]: `${this.#prefix}init` }
    this.#driver = new DriverProcess(
      { file: options.file, args: options.args, cwd: options.cwd, env },
      {
        onFrame: (frame) => this.#handle(frame),
        onError: (error) => this.#break(explainStart(error, options)),
        onExit: (exitCode, signal) => this.#onExit(exitCode, signal),
      },
    )
  }

  get alive(): boolean {
    return this.#alive
  }

  run(task: ChildTask, options: RunOptions): Promise<Reply<Buffer>> {
    if (!this.#alive) return Promise.reject(new LaneBrokenError('the process has ended'))
    return new Promise((resolve, reject) => {
      const mark = `${this.#prefix}${(this.#events += 1)}`
      const { frameLimit = Number.POSITIVE_INFINITY } = this.#ready
      const file = task.event.length > frameLimit ? openEventFile(this.#options.tmp, task.event) : undefined
      this.#current = { task, options, mark, closeFile: file?.close, resolve, reject }
      this.#cause = undefined
      this.#stdin?.write(task.event)
      const event = file ? new Uint8Array() : task.event
      const context = encodeFrame('context', `${task.context}mark=${mark}\n${file ? `eventFile=${file.path}\n` : ''}`)
      this.#driver.send(Buffer.concat([context, Buffer.from(`event ${event.length}\n`), event]))
    })
  }

  /** Lets the driver run what the handler wants done around a snapshot; a driver without such hooks isn't asked. The lane must be idle. */
  hook(phase: HookPhase): Promise<Reply<Buffer>> {
    if (!this.#ready.hooks) return Promise.resolve({ ok: true, value: Buffer.alloc(0) })
    if (!this.#alive) return Promise.reject(new LaneBrokenError('the process has ended'))
    return new Promise((resolve, reject) => {
      const { onStray } = this.#options
      const task: ChildTask = { context: '', event: new Uint8Array(), onHead() {}, onOutput: onStray }
      // What a hook starts belongs to the driver, as what its start has started.
      this.#current = { task, options: {}, mark: `${this.#prefix}init`, closeFile: undefined, resolve, reject }
      this.#driver.send(encodeFrame('hook', phase))
    })
  }

  async close(): Promise<void> {
    if (this.#alive) {
      this.#driver.end()
      await Promise.race([this.#driver.exited, delay(closeMs)])
    }
    await this.kill()
  }

  async kill(): Promise<boolean> {
    const { pid, exited } = this.#driver
    if (pid !== undefined) {
      if (this.#alive) kill(-pid, 'SIGKILL')
      await killMarkedAndWait({ prefix: this.#prefix, session: pid }, stragglerMs)
      await exited
    }
    this.#dispose()
    return true
  }

  #handle({ kind, payload }: Frame): void | PromiseLike<void> {
    const current = this.#current
    if (kind === 'ready' && this.#starting) return this.#connect(payload)
    if (kind === 'loaded' && this.#starting) return this.#starting.resolve()
    if (kind === 'cause') return this.#takeCause(payload)
    if (kind === 'failed' && this.#starting) return this.#starting.reject(this.#loadError(payload))
    if (!current) throw new LaneBrokenError(`the driver sent '${kind}' while no event was under way`)
    if (kind === 'head') return current.task.onHead(payload)
    if (kind === 'chunk') return current.options.onChunk?.(payload)
    if (kind === 'done') return this.#finish(current, { ok: true, value: payload })
    if (kind === 'failed') return this.#finish(current, { ok: false, error: this.#failure(payload) })
    throw new LaneBrokenError(`the driver sent '${kind}', which is no frame of protocol ${protocol}`)
  }

  #takeCause(payload: Buffer): void {
    this.#cause = payload.toString()
  }

  #failure(payload: Buffer): TaskFailure {
    const xrayCause = this.#cause
    this.#cause = undefined
    return { ...parseFailure(payload), ...(xrayCause !== undefined && { xrayCause }) }
  }

  #loadError(payload: Buffer): HandlerError {
    return new HandlerError({ ...this.#failure(payload), logged: this.#options.logsFailures ?? false })
  }

  /** Opens the driver's pipes and tells it to load. */
  #connect(payload: Buffer): void {
    this.#ready = JSON.parse(payload.toString()) as Ready
    if (this.#ready.protocol !== protocol) {
      throw new LaneBrokenError(`the driver speaks protocol ${this.#ready.protocol}, this host ${protocol}`)
    }
    const path = (fd: number): string => `/proc/${this.#ready.pid ?? this.#driver.pid}/fd/${fd}`
    for (const [name, fd] of Object.entries(this.#ready.outputs ?? {})) {
      const receive = (chunk: Buffer): void | PromiseLike<void> =>
        this.#current ? this.#current.task.onOutput(name, chunk) : this.#options.onStray(name, chunk)
      this.#outputs.push(new PipeReader(path(fd), receive))
    }
    if (this.#ready.stdin !== undefined) this.#stdin = new PipeWriter(path(this.#ready.stdin))
    if (this.#ready.leash !== undefined) this.#leash = new Leash(path(this.#ready.leash))
    this.#driver.send(encodeFrame('load', this.#options.load))
  }

  /** The event is over; its pipes are emptied, and what outlived it and could still write into them is ended first. */
  #finish(current: Current, reply: Reply<Buffer>): void {
    const finish = (): void => {
      if (this.#current !== current) return
      for (const output of this.#outputs) output.drain()
      this.#stdin?.reset()
      current.closeFile?.()
      this.#current = undefined
      this.#sweeper.later()
      current.resolve(reply)
    }
    if (!this.#leash?.held) return finish()
    void this.#sweeper.now(this.#leash, stragglerMs).then((gone) => {
      if (gone) finish()
      else this.#break(new LaneBrokenError('something that the handler started could not be ended'))
    })
  }

  #onExit(exitCode: number | undefined, signal: string | undefined): void {
    const how = signal ? `was ended by ${signal}` : `exited with code ${exitCode}`
    if (this.#starting) {
      const { complaint } = this.#driver
      this.#break(new HostError('Runtime.DriverFailed', `${this.#options.file} ${how} before it was ready${complaint ? `: ${complaint}` : ''}`))
      return
    }
    for (const output of this.#outputs) output.drain()
    this.#break(new LaneBrokenError(`the process ${how}`, { exitCode, signal }))
  }

  #break(error: Error): void {
    this.#alive = false
    this.#starting?.reject(error)
    const current = this.#current
    this.#current = undefined
    current?.closeFile?.()
    current?.reject(error)
  }

  #dispose(): void {
    this.#alive = false
    this.#sweeper.stop()
    for (const output of this.#outputs.splice(0)) output.close()
    this.#stdin?.close()
    this.#leash?.close()
    this.#stdin = undefined
    this.#leash = undefined
    this.#driver.destroy()
  }
}
