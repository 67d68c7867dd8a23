import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { HandlerError, HostError } from '../errors.ts'
import { openEventFile } from './event-file.ts'
import { encodeFrame, FrameParser } from './frames.ts'
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
}

interface Current {
  readonly task: ChildTask
  readonly options: RunOptions
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
/** How long the control descriptor may stay open behind a process that ended. */
const lastFramesMs = 50
/** A driver's complaints at its start: as much as fits an error message. */
const startOutputLimit = 4_000

/** A warm driver process that speaks the frame protocol; leader of its own session and process group. */
export class ChildLane implements Lane<ChildTask, Buffer> {
  readonly #options: ChildLaneOptions
  readonly #prefix = `${hostMark}-${(laneCount += 1)}-`
  readonly #child: ChildProcess
  readonly #toChild: Writable
  readonly #fromChild: Readable
  readonly #parser = new FrameParser()
  readonly #exited: Promise<void>
  readonly #sweeper: Sweeper
  readonly #outputs: PipeReader[] = []
  #startOutput = ''
  #ready: Ready = { protocol }
  #stdin: PipeWriter | undefined
  #leash: Leash | undefined
  #alive = true
  #started: { resolve(): void; reject(error: Error): void } | undefined
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
        lane.#started = { resolve, reject }
      })
    } catch (error) {
      await lane.kill()
      throw error
    }
    lane.#started = undefined
    return lane
  }

  private constructor(options: ChildLaneOptions) {
    this.#options = options
    const child = spawn(options.file, options.args, {
      cwd: options.cwd,
      env: { ...options.variables, [markName]: `${this.#prefix}init` },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#toChild = child.stdio[3] as Writable
    this.#fromChild = child.stdio[4] as Readable
    this.#sweeper = new Sweeper(this.#prefix, () => this.#current?.mark)
    this.#exited = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        this.#break(startError(error, options))
        resolve()
      })
      child.once('exit', (code, signal) => {
        // Its last frames may still be on their way.
        void Promise.race([closed(this.#fromChild), delay(lastFramesMs)]).then(() => {
          this.#onExit(code ?? undefined, signal ?? undefined)
          resolve()
        })
      })
    })
    // The driver may be gone by the time something is written: its exit says so.
    this.#toChild.on('error', () => {})
    this.#fromChild.on('error', () => {})
    this.#fromChild.on('data', (chunk: Buffer) => this.#receive(chunk))
    child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#startOutput.length < startOutputLimit) this.#startOutput += chunk.toString()
    })
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
      this.#stdin?.write(task.event)
      const event = file ? new Uint8Array() : task.event
      const context = encodeFrame('context', `${task.context}mark=${mark}\n${file ? `eventFile=${file.path}\n` : ''}`)
      this.#toChild.write(Buffer.concat([context, Buffer.from(`event ${event.length}\n`), event]))
    })
  }

  async close(): Promise<void> {
    if (this.#alive) {
      this.#toChild.end()
      await Promise.race([this.#exited, delay(closeMs)])
    }
    await this.kill()
  }

  async kill(): Promise<boolean> {
    const { pid } = this.#child
    if (pid !== undefined) {
      if (this.#alive) kill(-pid, 'SIGKILL')
      await killMarkedAndWait({ prefix: this.#prefix, session: pid }, stragglerMs)
      await this.#exited
    }
    this.#dispose()
    return true
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#parser.push(chunk)) this.#handle(frame)
    } catch (error) {
      this.#break(error as Error)
    }
  }

  #handle({ kind, payload }: Frame): void {
    const current = this.#current
    if (kind === 'ready' && this.#started) this.#connect(payload)
    else if (kind === 'loaded' && this.#started) this.#started.resolve()
    else if (kind === 'failed' && this.#started) this.#started.reject(new HandlerError(parseFailure(payload)))
    else if (!current) throw new LaneBrokenError(`the driver sent '${kind}' while no event was under way`)
    else if (kind === 'head') current.task.onHead(payload)
    else if (kind === 'chunk') this.#pass(payload, current)
    else if (kind === 'done') void this.#finish(current, { ok: true, value: payload })
    else if (kind === 'failed') void this.#finish(current, { ok: false, error: parseFailure(payload) })
    else throw new LaneBrokenError(`the driver sent '${kind}', which is no frame of protocol ${protocol}`)
  }

  /** Opens the driver's pipes and tells it to load. */
  #connect(payload: Buffer): void {
    this.#ready = JSON.parse(payload.toString()) as Ready
    if (this.#ready.protocol !== protocol) {
      throw new LaneBrokenError(`the driver speaks protocol ${this.#ready.protocol}, this host ${protocol}`)
    }
    const path = (fd: number): string => `/proc/${this.#ready.pid ?? this.#child.pid}/fd/${fd}`
    for (const [name, fd] of Object.entries(this.#ready.outputs ?? {})) {
      const receive = (chunk: Buffer): void | PromiseLike<void> =>
        this.#current ? this.#current.task.onOutput(name, chunk) : this.#options.onStray(name, chunk)
      this.#outputs.push(new PipeReader(path(fd), receive))
    }
    if (this.#ready.stdin !== undefined) this.#stdin = new PipeWriter(path(this.#ready.stdin))
    if (this.#ready.leash !== undefined) this.#leash = new Leash(path(this.#ready.leash))
    this.#toChild.write(encodeFrame('load', this.#options.load))
  }

  /** Frames behind a chunk wait until it is consumed, because the pipe is not read meanwhile. */
  #pass(chunk: Buffer, current: Current): void {
    const busy = current.options.onChunk?.(chunk)
    if (!busy) return
    this.#fromChild.pause()
    const resume = (): void => void this.#fromChild.resume()
    busy.then(resume, resume)
  }

  async #finish(current: Current, reply: Reply<Buffer>): Promise<void> {
    if (this.#leash?.held && !(await this.#sweeper.now(this.#leash, stragglerMs))) {
      this.#break(new LaneBrokenError('something that the handler started could not be ended'))
    }
    for (const output of this.#outputs) output.drain()
    this.#stdin?.reset()
    current.closeFile?.()
    if (this.#current === current) this.#current = undefined
    this.#sweeper.later()
    current.resolve(reply)
  }

  #onExit(exitCode: number | undefined, signal: string | undefined): void {
    const how = signal ? `was ended by ${signal}` : `exited with code ${exitCode}`
    if (this.#started) {
      const said = this.#startOutput.trim()
      this.#break(new HostError('Runtime.DriverFailed', `${this.#options.file} ${how} before it was ready${said ? `: ${said}` : ''}`))
      return
    }
    for (const output of this.#outputs) output.drain()
    this.#break(new LaneBrokenError(`the process ${how}`, { exitCode, signal }))
  }

  #break(error: Error): void {
    this.#alive = false
    this.#started?.reject(error)
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
    this.#toChild.destroy()
    this.#fromChild.destroy()
    this.#child.stderr?.destroy()
  }
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.readableEnded) resolve()
    else stream.once('close', resolve).once('end', resolve)
  })
}

function startError(error: NodeJS.ErrnoException, { file, cure, cwd }: ChildLaneOptions): HostError {
  if (error.code === 'ENOENT') return new HostError('Runtime.InterpreterNotFound', `${file} was not found on PATH; ${cure}`, { cause: error })
  if (error.code === 'EACCES') {
    return new HostError('Runtime.InterpreterNotFound', `${file} may not be executed; give it the execute bit, or ${cure}`, { cause: error })
  }
  return new HostError('Runtime.DriverFailed', `${file} could not be started in ${cwd}: ${error.message}`, { cause: error })
}

function parseFailure(body: Buffer): TaskFailure {
  let parsed: { readonly errorType?: unknown; readonly errorMessage?: unknown; readonly stackTrace?: unknown }
  try {
    parsed = JSON.parse(body.toString()) as typeof parsed
  } catch (error) {
    throw new LaneBrokenError(`the driver's 'failed' frame is not JSON: ${String(error)}`)
  }
  const { errorType, errorMessage, stackTrace } = parsed
  return {
    errorType: typeof errorType === 'string' ? errorType : 'Function.Unknown',
    message: typeof errorMessage === 'string' ? errorMessage : '',
    stackTrace: Array.isArray(stackTrace) ? stackTrace.map(String) : [],
    body,
  }
}
