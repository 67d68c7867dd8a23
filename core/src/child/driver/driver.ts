import { LaneBrokenError } from '../../lane/lane.ts'
import type { DriverFacts } from '../../leftovers/leftovers.ts'
import { encodeFrame } from '../protocol/frames.ts'
import { protocol } from '../protocol/ready.ts'
import type { Ready } from '../protocol/ready.ts'
import { encodeTask, isStdinFile, needsFile } from '../protocol/task.ts'
import type { ChildTask, TaskSeries } from '../protocol/task.ts'
import { DriverPipes } from './driver-pipes.ts'
import type { PipeEvents } from './driver-pipes.ts'
import type { DriverLink, Ending } from './driver-link.ts'
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

  /** How it has ended, before its last frames are read. */
  get ending(): Ending | undefined {
    return this.#link.ending
  }

  /** The content of its first standard error. */
  get complaint(): string {
    return this.#link.complaint
  }

  /** The received part of an incomplete frame: `6 of 600 bytes of 'done'`. */
  get partial(): string {
    return this.#link.partial
  }

  /** True if it answers `hook` frames. */
  get hooks(): boolean {
    return this.#ready.hooks ?? false
  }

  /** True if it takes several events at once. */
  get takesSeries(): boolean {
    return this.#ready.claims !== undefined
  }

  /** True if it sends `idle` after each event. By then its next process is ready. */
  get saysIdle(): boolean {
    return this.#ready.idle ?? false
  }

  /** Opens the pipes in `ready`, and tells the driver to load the handler. */
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

  /** The handler is loaded: the first standard error is no longer needed. */
  started(): void {
    this.#link.started()
  }

  /** Writes an event that is too long for a frame to a file. */
  fileFor(event: Uint8Array): ReturnType<typeof openEventFile> {
    return needsFile(this.#ready, event) ? openEventFile(this.#tmp, event) : {}
  }

  /** Sends an event. */
  send(task: ChildTask, number: number, mark: string, file: EventFile | undefined): void {
    // The handler starts while its standard input is still being written. The pipe is opened before, so that the
    // handler sees no early end of file.
    this.#pipes?.open()
    if (task.series) this.#offer(task.series)
    this.#link.send(encodeTask(task, this.#ready, { number, mark, file: file?.path }))
    this.#pipes?.write(isStdinFile(this.#ready, task.event) ? nothing : task.event)
  }

  #offer(series: TaskSeries): void {
    const claims = this.#pipes?.claims
    if (!claims) throw new LaneBrokenError("the driver takes no series: its 'ready' frame had no 'claims'")
    claims.offer(series.events.length)
    series.begin({ takeBack: () => claims.takeBack(), readOutputs: () => this.drain() })
  }

  /** Says something that is about no event. */
  tell(kind: string, payload: string): void {
    this.#link.send(encodeFrame(kind, payload))
  }

  /** True if a process still holds pipes of an event, counted from 1. */
  held(event: number): boolean {
    return this.#pipes?.held(event) ?? false
  }

  /** The facts by which its processes are recognised. */
  get facts(): DriverFacts {
    const session = this.#link.pid ?? 0
    const pipes = this.#pipes?.inodes ?? new Set<number>()
    return { session, driver: this.#ready.pid ?? session, forksAhead: this.saysIdle, pipes }
  }

  /** Calls back when all bytes that are in the outputs now have been passed on. */
  flush(then: () => void): void {
    if (this.#pipes) this.#pipes.flush(then)
    else then()
  }

  /** Discards the part of the event that the handler did not read, and prepares the next event. */
  reset(): void {
    this.#pipes?.reset()
    try {
      if (this.saysIdle) this.#pipes?.open()
    } catch {
      // The process has just ended; its exit reports this.
    }
  }

  /** Passes on the bytes that the outputs hold now. */
  drain(): void {
    this.#pipes?.drain()
  }

  /** Passes on the reports that are in the pipe now; the driver has ended. */
  drainReports(): void {
    this.#pipes?.drainReports()
  }

  /** Ends the driver itself, unless it has ended. */
  kill(): void {
    this.#link.kill()
  }

  /** Closes the control descriptors, which tells a driver to exit. */
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
