import type { DriverFacts } from '../../leftovers/leftovers.ts'
import { encodeFrame } from '../protocol/frames.ts'
import { protocol } from '../protocol/ready.ts'
import type { Ready } from '../protocol/ready.ts'
import { encodeTask, isStdinFile, needsFile } from '../protocol/task.ts'
import type { ChildTask } from '../protocol/task.ts'
import { DriverPipes } from './driver-pipes.ts'
import type { PipeEvents } from './driver-pipes.ts'
import type { DriverLink } from './driver-link.ts'
import { openEventFile } from './unnamed-file.ts'
import type { EventFile } from './unnamed-file.ts'

const nothing = new Uint8Array()

/** A driver, and from `ready` on the pipes that it made. */
export class Driver {
  readonly #tmp: string
  readonly #link: DriverLink
  #ready: Ready = { protocol }
  #pipes: DriverPipes | undefined

  /** @param tmp a private folder for events too long for a frame */
  constructor(tmp: string, link: DriverLink) {
    this.#tmp = tmp
    this.#link = link
  }

  get pid(): number | undefined {
    return this.#link.pid
  }

  /** Settles when it has ended, could not be started, or can't be ended. */
  get exited(): Promise<void> {
    return this.#link.exited
  }

  /** What the process wrote to its first standard error. */
  get complaint(): string {
    return this.#link.complaint
  }

  /** What has come of a frame that isn't complete: `6 of 600 bytes of 'done'`. */
  get partial(): string {
    return this.#link.partial
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
    const pid = ready.pid ?? this.#link.pid
    const path = (fd: number): string => `/proc/${pid}/fd/${fd}`
    this.#pipes = new DriverPipes(ready, pid, events)
    const frames = ready.control && this.#link.openPipes(path(ready.control[0]), path(ready.control[1]))
    this.#link.send(encodeFrame('load', load))
    // While the driver loads.
    if (frames) this.#link.usePipes(frames)
    this.#pipes.start()
  }

  /** It is loaded, and is not asked for complaints any more. */
  started(): void {
    this.#link.started()
  }

  /** Puts an event that is too long for a frame into a file. */
  fileFor(event: Uint8Array): ReturnType<typeof openEventFile> {
    return needsFile(this.#ready, event) ? openEventFile(this.#tmp, event) : {}
  }

  /** Sends an event. */
  send(task: ChildTask, number: number, mark: string, file: EventFile | undefined): void {
    // The handler starts while its standard input is being written: opened ahead, it is not at its end before.
    this.#pipes?.open()
    this.#link.send(encodeTask(task, this.#ready, { number, mark, file: file?.path }))
    this.#pipes?.write(isStdinFile(this.#ready, task.event) ? nothing : task.event)
  }

  /** Says something that is about no event. */
  tell(kind: string, payload: string): void {
    this.#link.send(encodeFrame(kind, payload))
  }

  /** Whether a process still holds pipes of an event, counted from 1. */
  held(event: number): boolean {
    return this.#pipes?.held(event) ?? false
  }

  /** What tells its processes from others. */
  get facts(): DriverFacts {
    const session = this.#link.pid ?? 0
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

  /** Ends the driver itself, unless it has ended. */
  kill(): void {
    this.#link.kill()
  }

  /** Ends the control descriptors, at which a driver exits. */
  end(): void {
    this.#link.end()
  }

  /** Closes all descriptors. */
  dispose(): void {
    this.#pipes?.close()
    this.#pipes = undefined
    this.#link.destroy()
  }
}
