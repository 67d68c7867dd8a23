import { setTimeout as delay } from 'node:timers/promises'
import { HandlerError, messageOf } from '../../errors.ts'
import { ChildEvent } from './child-event.ts'
import { explainEarlyExit, explainExit, explainStart, parseFailure } from './child-errors.ts'
import { encodeTask, needsFile } from '../protocol/task.ts'
import type { ChildLaneOptions, ChildTask, HookPhase } from '../protocol/task.ts'
import { DriverPipes } from '../driver/driver-pipes.ts'
import { DriverProcess } from '../driver/driver-process.ts'
import { protocol, readReady } from '../protocol/ready.ts'
import type { Ready } from '../protocol/ready.ts'
import { encodeFrame } from '../protocol/frames.ts'
import type { Frame } from '../protocol/frames.ts'
import { LaneBrokenError } from '../../lane/lane.ts'
import type { Lane, Reply, RunOptions, TaskFailure } from '../../lane/lane.ts'
import { hostMark, kill, killMarkedAndWait, markName } from '../../leftovers/processes.ts'
import { Sweeper } from '../../leftovers/sweeper.ts'
import { openEventFile } from '../driver/unnamed-file.ts'
import { startWatcher } from '../../leftovers/watcher.ts'

export type { ChildLaneOptions, ChildTask, HookPhase } from '../protocol/task.ts'

let laneCount = 0

/** The watcher starts so soon after the first event, or after a driver: its own start takes 2 ms, and would hold up theirs. */
const firstAnswerMs = 4
const watcherMs = 20
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
  #ready: Ready = { protocol }
  #pipes: DriverPipes | undefined
  #alive = true
  #starting: { resolve(): void; reject(error: Error): void } | undefined
  #cause: string | undefined
  #current: ChildEvent | undefined
  /** It is over, while the driver is not done with it: what still comes is its. */
  #ended: ChildEvent | undefined
  #events = 0

  /**
   * Starts the driver and loads the handler.
   * @throws HostError `Runtime.InterpreterNotFound`, or `Runtime.DriverFailed` when it ended before it was ready
   * @throws HandlerError what the driver's `failed` frame said about the handler
   */
  static async open(options: ChildLaneOptions): Promise<ChildLane> {
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
      { file: options.file, args: options.args, cwd: options.cwd, env, tmp: options.tmp },
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

  async run(task: ChildTask, options: RunOptions): Promise<Reply<Buffer>> {
    if (this.#ended) await this.#ended.over
    if (!this.#alive) throw new LaneBrokenError('the process has ended', { untouched: true })
    return this.#send(task, options)
  }

  /** Lets the driver run what the handler wants done around a snapshot; a driver without such hooks isn't asked. The lane must be idle. */
  hook(phase: HookPhase): Promise<Reply<Buffer>> {
    if (!this.#ready.hooks) return Promise.resolve({ ok: true, value: Buffer.alloc(0) })
    if (!this.#alive) return Promise.reject(new LaneBrokenError('the process has ended'))
    const { onStray } = this.#options
    const task: ChildTask = { context: () => '', further: '', event: new Uint8Array(), onHead() {}, onOutput: onStray }
    // What a hook starts belongs to the driver, as what its start has started.
    this.#current = new ChildEvent({ task, mark: `${this.#prefix}init` })
    this.#driver.send(encodeFrame('hook', phase))
    return this.#current.reply
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

  #send(task: ChildTask, { onChunk }: RunOptions): Promise<Reply<Buffer>> {
    const mark = `${this.#prefix}${(this.#events += 1)}`
    const file = needsFile(this.#ready, task.event) ? openEventFile(this.#options.tmp, task.event) : undefined
    const event = new ChildEvent({ task, onChunk, mark, closeFile: file?.close })
    this.#current = event
    this.#cause = undefined
    try {
      // The handler starts while its standard input is being written: opened ahead, it is not at its end before.
      this.#pipes?.open()
      this.#driver.send(encodeTask(task, this.#ready, mark, file?.path))
      this.#pipes?.write(task.event)
      if (this.#events === 1) setTimeout(startWatcher, firstAnswerMs).unref()
    } catch (error) {
      // Its descriptors are gone, and so is it, though nobody has said so yet.
      this.#break(new LaneBrokenError(`the process has ended: ${messageOf(error)}`, { untouched: true }))
    }
    return event.reply
  }

  #handle({ kind, payload }: Frame): void | PromiseLike<void> {
    const current = this.#current
    if (kind === 'ready' && this.#starting) return this.#connect(payload)
    if (kind === 'loaded' && this.#starting) return this.#loaded(this.#starting)
    if (kind === 'cause') return void (this.#cause = payload.toString())
    if (kind === 'idle') return this.#rest()
    if (kind === 'failed' && this.#starting) return this.#starting.reject(this.#loadError(payload))
    if (!current) throw new LaneBrokenError(`the driver sent '${kind}' while no event was under way`)
    if (kind === 'head') return current.task.onHead(payload)
    if (kind === 'chunk') return current.onChunk?.(payload)
    if (kind === 'done') return this.#finish(current, { ok: true, value: payload })
    if (kind === 'failed') return this.#finish(current, { ok: false, error: this.#failure(payload) })
    throw new LaneBrokenError(`the driver sent '${kind}', which is no frame of protocol ${protocol}`)
  }

  #loaded(starting: { resolve(): void }): void {
    this.#driver.started()
    starting.resolve()
  }

  #failure(payload: Buffer): TaskFailure {
    const xrayCause = this.#cause
    this.#cause = undefined
    return { ...parseFailure(payload), ...(xrayCause !== undefined && { xrayCause }) }
  }

  #loadError(payload: Buffer): HandlerError {
    return new HandlerError({ ...this.#failure(payload), logged: this.#options.logsFailures ?? false })
  }

  /** What the event's own process said: taken while somebody waits for it. */
  #report(frame: Frame): boolean {
    if (frame.kind === 'idle' ? !this.#ended : !this.#current) return false
    void this.#handle(frame)
    return true
  }

  /** Opens the driver's pipes and tells it to load. */
  #connect(payload: Buffer): void {
    this.#ready = readReady(payload)
    const { onStray } = this.#options
    this.#pipes = new DriverPipes(this.#ready, this.#ready.pid ?? this.#driver.pid, {
      onOutput: (name, chunk) => {
        const task = (this.#current ?? this.#ended)?.task
        return task ? task.onOutput(name, chunk) : onStray(name, chunk)
      },
      onReport: (frame) => this.#report(frame),
      onNoise: (line) => onStray('reports', Buffer.concat([line, Buffer.of(10)])),
    })
    const { control } = this.#ready
    const path = (fd: number): string => `/proc/${this.#ready.pid ?? this.#driver.pid}/fd/${fd}`
    const frames = control && this.#driver.openPipes(path(control[0]), path(control[1]))
    this.#driver.send(encodeFrame('load', this.#options.load))
    // While the driver loads.
    if (frames) this.#driver.usePipes(frames)
    this.#pipes.start()
    setTimeout(startWatcher, watcherMs).unref()
  }

  /** The answer is there, and what the handler has written is in the pipes. Whatever outlived the event is ended before the next one. */
  #finish(event: ChildEvent, reply: Reply<Buffer>): void {
    const { idle } = this.#ready
    event.finish(reply.ok && idle ? { ...reply, settled: event.over } : reply)
    this.#current = undefined
    this.#ended = event
    if (idle) this.#flush(() => event.answer())
    else this.#sweep(() => this.#flush(() => this.#release()))
  }

  /** Nothing of the event is left in the driver. */
  #rest(): void {
    this.#flush(() => this.#sweep(() => this.#release()))
  }

  #flush(then: () => void): void {
    if (this.#pipes) this.#pipes.flush(then)
    else then()
  }

  /** The next event may come. */
  #release(): void {
    this.#ended?.release()
    this.#ended = undefined
  }

  /** Ends what still holds the leash, and could write into the pipes. */
  #sweep(then: () => void): void {
    const end = (): void => {
      then()
      this.#pipes?.reset()
      if (this.#ready.idle) this.#pipes?.open()
      this.#sweeper.later()
    }
    const leash = this.#pipes?.leash(this.#events)
    if (!leash?.held) return end()
    void this.#sweeper.now(leash, stragglerMs).then((gone) => {
      if (gone) end()
      else this.#break(new LaneBrokenError('something that the handler started could not be ended'))
    })
    return undefined
  }

  #onExit(exitCode: number | undefined, signal: string | undefined): void {
    this.#pipes?.drainReports()
    const exit = { exitCode, signal }
    this.#break(this.#starting ? explainEarlyExit(this.#options.file, exit, this.#driver.complaint) : explainExit(exit))
  }

  #break(error: Error): void {
    this.#alive = false
    this.#pipes?.drain()
    this.#starting?.reject(error)
    const current = this.#current
    this.#current = undefined
    current?.fail(error)
    this.#release()
  }

  #dispose(): void {
    this.#alive = false
    this.#sweeper.stop()
    this.#pipes?.close()
    this.#pipes = undefined
    this.#driver.destroy()
  }
}
