import type { DriverFacts } from '../../leftovers/leftovers.ts'
import { encodeFrame } from '../protocol/frames.ts'
import type { HookPhase } from '../protocol/messages.ts'
import { protocol } from '../protocol/ready.ts'
import type { Ready } from '../protocol/ready.ts'
import { encodeTask, isStdinFile, needsFile } from '../protocol/task.ts'
import type { ChildTask } from '../protocol/task.ts'
import { DriverPipes } from './driver-pipes.ts'
import type { PipeEvents } from './driver-pipes.ts'
import { DriverProcess } from './driver-process.ts'
import type { DriverEvents, DriverProcessOptions } from './driver-process.ts'
import { openEventFile } from './unnamed-file.ts'
import type { EventFile } from './unnamed-file.ts'

const nothing = new Uint8Array()

/** A driver: its process, and from `ready` on the pipes that it made. */
export class Driver {
  readonly #tmp: string
  readonly #process: DriverProcess
  #ready: Ready = { protocol }
  #pipes: DriverPipes | undefined

  constructor(options: DriverProcessOptions, events: DriverEvents) {
    this.#tmp = options.tmp
    this.#process = new DriverProcess(options, events)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Settles when the process has ended, or could not be started. */
  get exited(): Promise<void> {
    return this.#process.exited
  }

  /** What the process wrote to its first standard error. */
  get complaint(): string {
    return this.#process.complaint
  }

  /** What has come of a frame that isn't complete: `6 of 600 bytes of 'done'`. */
  get partial(): string {
    return this.#process.partial
  }

  /** It answers `hook` frames. */
  get hooks(): boolean {
    return this.#ready.hooks ?? false
  }

  /** It says `idle` when nothing of an event is left, and has its next process ready by then. */
  get saysIdle(): boolean {
    return this.#ready.idle ?? false
  }

  /** Opens the pipes that `ready` names, and tells the driver to load. */
  connect(ready: Ready, load: string, events: PipeEvents): void {
    this.#ready = ready
    const pid = ready.pid ?? this.#process.pid
    const path = (fd: number): string => `/proc/${pid}/fd/${fd}`
    this.#pipes = new DriverPipes(ready, pid, events)
    const frames = ready.control && this.#process.openPipes(path(ready.control[0]), path(ready.control[1]))
    this.#process.send(encodeFrame('load', load))
    // While the driver loads.
    if (frames) this.#process.usePipes(frames)
    this.#pipes.start()
  }

  /** It is loaded, and is not asked for complaints any more. */
  started(): void {
    this.#process.started()
  }

  /** Puts an event that is too long for a frame into a file. */
  fileFor(event: Uint8Array): ReturnType<typeof openEventFile> {
    return needsFile(this.#ready, event) ? openEventFile(this.#tmp, event) : {}
  }

  /** Sends an event. */
  send(task: ChildTask, number: number, mark: string, file: EventFile | undefined): void {
    // The handler starts while its standard input is being written: opened ahead, it is not at its end before.
    this.#pipes?.open()
    this.#process.send(encodeTask(task, this.#ready, { number, mark, file: file?.path }))
    this.#pipes?.write(isStdinFile(this.#ready, task.event) ? nothing : task.event)
  }

  sendHook(phase: HookPhase): void {
    this.#process.send(encodeFrame('hook', phase))
  }

  /** Whether a process still holds pipes of an event, counted from 1. */
  held(event: number): boolean {
    return this.#pipes?.held(event) ?? false
  }

  /** What tells its processes from others. */
  get facts(): DriverFacts {
    const session = this.#process.pid ?? 0
    const pipes = this.#pipes?.inodes ?? new Set<number>()
    return { session, driver: this.#ready.pid ?? session, forksAhead: this.saysIdle, pipes }
  }

  /** Calls back when all that was written to the outputs by now has been handed over. */
  flush(then: () => void): void {
    if (this.#pipes) this.#pipes.flush(then)
    else then()
  }

  /** Takes back what the handler did not read of its event, and makes ready for the next one. */
  reset(): void {
    this.#pipes?.reset()
    try {
      if (this.saysIdle) this.#pipes?.open()
    } catch {
      // The process has just ended: its exit says so.
    }
  }

  /** Hands over what the outputs hold now. */
  drain(): void {
    this.#pipes?.drain()
  }

  /** Hands over what the reports hold now: the driver has ended. */
  drainReports(): void {
    this.#pipes?.drainReports()
  }

  /** Ends the process itself, unless it has ended. */
  kill(): void {
    this.#process.kill()
  }

  /** Ends the control descriptors, at which a driver exits. */
  end(): void {
    this.#process.end()
  }

  /** Closes all descriptors. */
  dispose(): void {
    this.#pipes?.close()
    this.#pipes = undefined
    this.#process.destroy()
  }
}
