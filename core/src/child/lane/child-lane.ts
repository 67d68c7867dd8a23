import { HandlerError } from '../../errors.ts'
import { LaneBrokenError } from '../../lane/lane.ts'
import type { Lane, Reply, RunOptions } from '../../lane/lane.ts'
import { Leftovers } from '../../leftovers/leftovers.ts'
import { startWatcherIn, watcherMs } from '../../leftovers/watcher.ts'
import { trace } from '../../trace.ts'
import { settleOrAbort } from '../../waiting.ts'
import type { Driver } from '../driver/driver.ts'
import type { DriverEvents, Ending } from '../driver/driver-link.ts'
import { traceReceived } from '../driver/frame-trace.ts'
import { readCarried } from '../protocol/carried.ts'
import type { Frame } from '../protocol/frames.ts'
import { readMessage } from '../protocol/messages.ts'
import type { DriverMessage, HookPhase } from '../protocol/messages.ts'
import { checkOutputs } from '../protocol/ready.ts'
import type { Ready } from '../protocol/ready.ts'
import type { ChildTask } from '../protocol/task.ts'
import { explainError, explainExit, explainFailedStart, explainUnsent, unexpected } from './child-errors.ts'
import { ChildEvent } from './child-event.ts'
import type { ChildLaneOptions } from './child-lane-options.ts'
import { ChildStart } from './child-start.ts'
import { begin, clear } from './event-borders.ts'
import { endGently, endNow, startDriver } from './driver-life.ts'
import { describeState, isExpected, numberOf } from './child-state.ts'
import type { ChildState } from './child-state.ts'

let count = 0

/** A warm driver that speaks the frame protocol of docs/child-languages.md. */
export class ChildLane implements Lane<ChildTask, Buffer> {
  readonly #options: ChildLaneOptions
  readonly #name: string
  readonly #driver: Driver
  readonly #leftovers: Leftovers
  readonly #end = Promise.withResolvers<Error>()
  readonly ended = this.#end.promise
  readonly #start: ChildStart
  #state: ChildState
  #events = 0
  #killed: Promise<boolean> | undefined
  /** Why it takes no further task. */
  #retiring: Error | undefined

  /**
   * Starts the driver and loads the handler.
   * @throws HostError `Runtime.InterpreterNotFound`, or `Runtime.DriverFailed` when it ended before it was ready
   * @throws HandlerError the driver's `failed` frame about the handler
   * @throws the signal's reason after an abort; all started processes are ended
   */
  static async open(options: ChildLaneOptions, signal: AbortSignal): Promise<ChildLane> {
    let lane: ChildLane | undefined
    try {
      lane = new ChildLane(options)
      await settleOrAbort(lane.#start.loaded, signal, () => Promise.reject(signal.reason))
      return lane
    } catch (error) {
      // If the handler failed, the driver ends by itself, so that an error reporter has time to send its report.
      await (HandlerError.is(error) ? lane?.close() : lane?.kill())
      throw explainFailedStart(options.file, error)
    }
  }

  private constructor(options: ChildLaneOptions) {
    this.#options = options
    this.#leftovers = new Leftovers(options.leftovers)
    this.#name = `${options.name}-${(count += 1)}`
    this.#start = new ChildStart(options, () => this.#driver.partial, {
      onFailure: (error) => this.#break(error),
      onReady: (ready) => this.#connect(ready),
      onLoaded: () => {
        this.#driver.started()
        this.#leftovers.loaded(this.#driver.facts)
        this.#enter({ name: 'idle' })
      },
    })
    this.#state = { name: 'starting', start: this.#start }
    startWatcherIn(watcherMs.slowStart)
    trace.lane?.(`${this.#name}: ${describeState(this.#state)}`)
    const events: DriverEvents = {
      onFrame: (frame) => this.#handle(frame),
      onError: (error) => this.#break(explainError(error, options, describeState(this.#state), this.#driver.partial)),
      onExit: (ending) => this.#onExit(ending),
    }
    this.#driver = startDriver(this.#name, options, this.#leftovers.initMark, events)
  }

  /** The facts about the driver for other modules. */
  get driver(): Pick<Driver, 'pid' | 'takesSeries'> {
    return this.#driver
  }

  get alive(): boolean {
    return this.#state.name !== 'gone'
  }

  run(task: ChildTask, { onChunk }: RunOptions): Promise<Reply<Buffer>> {
    const number = this.#events + 1
    const mark = begin(this.#driver, this.#leftovers, number, (error) => this.#break(error))
    if (!this.alive) return Promise.reject(new LaneBrokenError('the process has ended', { untouched: true }))
    const { file, failure } = this.#driver.fileFor(task.event)
    if (failure) return Promise.resolve({ ok: false, error: failure })
    const event = new ChildEvent({ task, onChunk, number, file, onReply: (reply) => this.#finish(reply) })
    this.#events = event.lastNumber
    this.#enter({ name: 'busy', event })
    try {
      this.#driver.send(task, number, mark, file)
      if (number === 1) startWatcherIn(watcherMs.firstEvent)
    } catch (error) {
      this.#break(explainUnsent(error, this.#driver.pid))
    }
    return event.reply
  }

  /** Lets the driver run the handler's snapshot hooks; a driver without hooks isn't asked. The lane must be idle. */
  hook(phase: HookPhase): Promise<Reply<Buffer>> {
    if (!this.#driver.hooks) return Promise.resolve({ ok: true, value: Buffer.alloc(0) })
    if (!this.alive) return Promise.reject(new LaneBrokenError('the process has ended'))
    // Processes that a hook starts belong to the driver, like those of its start, so the hook has no mark of its own.
    const event = ChildEvent.ofHook(this.#options.onStray, (reply) => this.#finish(reply))
    this.#enter({ name: 'busy', event })
    this.#driver.tell('hook', phase)
    return event.reply
  }

  /** Tells the driver something that is about no event. The lane must be idle. */
  tell(kind: string, payload: string): void {
    if (this.alive) this.#driver.tell(kind, payload)
  }

  /** Takes no further task; a running one may end. */
  retire(reason: Error): void {
    this.#retiring ??= reason
    if (this.#state.name === 'idle') this.#break(reason)
  }

  async close(): Promise<void> {
    if (this.alive) await endGently(this.#name, this.#driver, (ms) => this.#options.onSlowEnd?.(ms))
    await this.kill()
  }

  kill(): Promise<boolean> {
    return (this.#killed ??= this.#kill())
  }

  async #kill(): Promise<boolean> {
    await endNow(this.#name, this.#driver, this.#leftovers, this.#state)
    this.#break(new LaneBrokenError('the process was ended'))
    this.#driver.dispose()
    return true
  }

  /** The only place that changes the state. `gone` is final. */
  #enter(state: ChildState): void {
    if (this.#state.name === 'gone') return
    trace.lane?.(`${this.#name}: ${this.#state.name} → ${describeState(state)}`)
    this.#state = state
  }

  /** Handles a frame; a frame that doesn't fit the state is a fault of the driver. */
  #handle(frame: Frame): void | PromiseLike<void> {
    const { onCarried } = this.#options
    if (onCarried && this.#state.name === 'idle') return onCarried(readCarried(frame))
    const message = readMessage(frame)
    if (!isExpected(this.#state, frame)) throw unexpected(frame)
    return this.#take(message, frame.event)
  }

  /**
   * Handles a report of an event's own process. Any process of the handler can write one, so a report that doesn't fit
   * is ignored.
   */
  #report(line: Frame): boolean {
    // Only `head` comes without a number: it belongs to the running event.
    const frame = { ...line, event: line.event ?? numberOf(this.#state) } as Frame
    if (!isExpected(this.#state, frame) || (frame.kind === 'idle' && this.#state.name === 'busy')) return false
    if (trace.frames) traceReceived(this.#name, frame)
    try {
      void this.#take(readMessage(frame))
    } catch (error) {
      if (this.#state.name !== 'busy' || !(error instanceof HandlerError)) throw error
      this.#finish({ ok: false, error: { errorType: error.errorType, message: error.message } })
    }
    return true
  }

  #take(message: DriverMessage, number?: number): void | PromiseLike<void> {
    const state = this.#state
    switch (state.name) {
      case 'starting':
        return state.start.take(message)
      case 'busy':
        return message.kind === 'idle' ? this.#takeEarlyIdle(state.event) : state.event.take(message, number)
      case 'settling':
        return this.#rest(state.event)
      default:
        return undefined
    }
  }

  /** A frame can overtake a report, because they use different pipes: read the reports first. */
  #takeEarlyIdle(event: ChildEvent): void {
    event.saidIdle = true
    this.#driver.drainReports()
    if (this.#state.name !== 'busy' || this.#state.event !== event) return
    this.#break(new LaneBrokenError("the driver said 'idle' without an answer"))
  }

  #connect(ready: Ready): void {
    const { onStray, outputs, load } = this.#options
    checkOutputs(ready, outputs)
    trace.lane?.(`${this.#name}: ${describeState(this.#state)}`)
    this.#driver.connect(ready, load, {
      onOutput: (name, chunk) => {
        const state = this.#state
        if (state.name !== 'busy' && state.name !== 'settling') return onStray(name, chunk)
        return state.event.takeOutput(name, chunk, (error) => this.#break(error))
      },
      onReport: (frame) => this.#report(frame),
      onNoise: (line) => onStray('reports', Buffer.concat([line, Buffer.of(10)])),
    })
    startWatcherIn(watcherMs.ready)
  }

  /**
   * The answer has arrived, and the handler's output is in the pipes. Processes that outlive the event are ended before
   * the next one.
   */
  #finish(reply: Reply<Buffer>): void {
    if (this.#state.name !== 'busy') return
    const { event } = this.#state
    const { saysIdle } = this.#driver
    event.keep(saysIdle ? { ...reply, atRest: event.atRest } : reply)
    this.#enter({ name: 'settling', event })
    // The exit of the process finishes this event.
    if (event.isLast) return
    if (event.saidIdle) this.#rest(event)
    else if (saysIdle) this.#driver.flush(() => event.answer())
    else this.#clear(event, () => this.#driver.flush(() => this.#release(event)))
  }

  /** Nothing of the event is left in the driver. */
  #rest(event: ChildEvent): void {
    this.#driver.flush(() => this.#clear(event, () => this.#release(event)))
  }

  /** The lane can take the next event. */
  #release(event: ChildEvent): void {
    if (this.#state.name === 'settling') this.#enter({ name: 'idle' })
    event.release()
    if (this.#retiring) this.#break(this.#retiring)
  }

  #clear({ number }: ChildEvent, then: () => void): void {
    clear(this.#driver, this.#leftovers, number, { onClear: then, onStuck: (error) => this.#break(error) })
  }

  #onExit(ending: Ending): void {
    this.#driver.drainReports()
    const early =
      this.#state.name === 'starting' ? { file: this.#options.file, complaint: this.#driver.complaint } : undefined
    this.#break(explainExit({ ...ending, partial: this.#driver.partial }, early))
  }

  /** The worker can't be used any more; the pool kills what remains of it. */
  #break(reason: Error): void {
    const state = this.#state
    if (state.name === 'gone') return
    this.#driver.drain()
    this.#enter({ name: 'gone', reason })
    if (state.name === 'starting') state.start.fail(reason)
    else if (state.name === 'busy') state.event.fail(reason)
    else if (state.name === 'settling') state.event.release()
    this.#end.resolve(reason)
  }
}
