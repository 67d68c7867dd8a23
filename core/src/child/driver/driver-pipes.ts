import type { Ready } from '../protocol/ready.ts'
import type { Frame } from '../protocol/frames.ts'
import { Leash } from '../../leftovers/leash.ts'
import { Claims } from './claims.ts'
import { PipeReader, StdinWriter } from './pipes.ts'
import { ReportReader } from './reports.ts'

export interface PipeEvents {
  /** The pipe waits for a returned promise. */
  onOutput(name: string, chunk: Buffer): void | PromiseLike<void>
  /** @returns `false` for a report that belongs to no running event */
  onReport(frame: Frame): boolean
  /** Gets a line that is no report. */
  onNoise(line: Buffer): void
}

/** The host's ends of the driver's pipes, open for the life of the lane. */
export class DriverPipes {
  readonly #leashes: Leash[] = []
  readonly #outputs: PipeReader[] = []
  /** Outputs with several pipes, which the events use in turn. */
  readonly #inTurn: (readonly PipeReader[])[] = []
  readonly #reports: ReportReader | undefined
  readonly #stdin: StdinWriter | undefined
  readonly #claimsPath: string | undefined
  #claims: Claims | undefined
  /** True if the event has sent a report before its end. */
  #reported = false

  /**
   * Opens the pipes in `ready`, through the descriptors of the process.
   * @throws when the process has no such descriptor; all pipes are closed again then
   */
  constructor(
    { outputs = {}, stdin, leash = [], reports, claims }: Ready,
    pid: number | undefined,
    events: PipeEvents,
  ) {
    const path = (fd: number): string => `/proc/${pid}/fd/${fd}`
    const onReport = (frame: Frame): boolean => {
      this.#reported ||= frame.kind === 'head' || frame.kind === 'cause'
      return events.onReport(frame)
    }
    try {
      for (const [name, fds] of Object.entries(outputs)) {
        const readers = [fds].flat().map((fd) => {
          const reader = new PipeReader(path(fd), (chunk) => events.onOutput(name, chunk))
          this.#outputs.push(reader)
          return reader
        })
        if (!Array.isArray(fds)) continue
        // The driver holds no write end of these: an event's own processes open them.
        for (const reader of readers) reader.keepOpen()
        this.#inTurn.push(readers)
      }
      if (reports !== undefined) this.#reports = new ReportReader(path(reports), { ...events, onReport })
      if (claims !== undefined) this.#claimsPath = path(claims)
      if (stdin !== undefined) this.#stdin = new StdinWriter(path(stdin))
      for (const fd of [leash].flat()) this.#leashes.push(new Leash(path(fd)))
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Starts reading from the driver. */
  start(): void {
    for (const output of this.#outputs) output.start()
    this.#reports?.start()
  }

  /**
   * True if a process holds a pipe of an event (counted from 1): its leash, or the write end of an output that only
   * this event uses.
   */
  held(event: number): boolean {
    const leash = this.#leashes[(event - 1) % this.#leashes.length]
    if (leash?.held) return true
    return this.#inTurn.some((readers) => readers[(event - 1) % readers.length]?.held)
  }

  /** The inodes of outputs and leashes: a process that has one of them open belongs to the lane. */
  get inodes(): ReadonlySet<number> {
    return new Set([...this.#outputs, ...this.#leashes].map(({ inode }) => inode))
  }

  /** Prepares the next event. */
  open(): void {
    this.#stdin?.open()
  }

  /** The claims of the driver's series, opened with the first one. */
  get claims(): Claims | undefined {
    if (this.#claimsPath !== undefined) this.#claims ??= new Claims(this.#claimsPath)
    return this.#claims
  }

  /** Writes an event to the handler's standard input. */
  write(event: Uint8Array): void {
    this.#stdin?.write(event)
  }

  /** Calls back when all bytes that are in the outputs now have been passed on. */
  flush(then: () => void): void {
    // Bytes that the driver wrote before its report became readable together with it. So they are read in the same
    // round of the event loop, which ends at the next immediate. A read of each descriptor would take longer. One case
    // needs a second round: a `head` may have made the reports readable, and `done` follows it when they are read.
    const all = this.#reported
    this.#reported = false
    setImmediate(() => {
      for (const output of this.#outputs) if (all || output.behind) output.drain()
      then()
    })
  }

  /**
   * Passes on the bytes that the outputs hold now, for at most 20 ms each; if the driver has ended, the rest is lost.
   */
  drain(): void {
    for (const output of this.#outputs) output.drain(20)
  }

  /** Passes on the reports that are in the pipe now; the driver has ended. */
  drainReports(): void {
    this.#reports?.drain()
  }

  /** Discards the part of the event that the handler did not read. */
  reset(): void {
    this.#stdin?.reset()
  }

  close(): void {
    for (const output of this.#outputs.splice(0)) output.close()
    this.#reports?.close()
    this.#stdin?.close()
    this.#claims?.close()
    for (const leash of this.#leashes) leash.close()
  }
}
